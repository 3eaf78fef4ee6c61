package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	source "graft"
	"graft/internal/notebook"
	"graft/kernel"
	"graft/kernel/spec"
)

// kernelCmd is the Jupyter kernel.
type kernelCmd struct {
	Install   kernelInstallCmd   `cmd:"" help:"Offer this graft to Jupyter."`
	Uninstall kernelUninstallCmd `cmd:"" help:"Take it away again."`
	List      kernelListCmd      `cmd:"" help:"The kernels of graft that Jupyter finds."`
	Papermill kernelPapermillCmd `cmd:"" help:"Write the Python package by which papermill sets parameters of Go notebooks."`
	Run       kernelRunCmd       `cmd:"" help:"Serve one session; Jupyter starts this."`
}

// placeFlags say where a kernelspec lives.
type placeFlags struct {
	User      bool   `xor:"place" help:"For this user (the default)."`
	Prefix    string `xor:"place" placeholder:"DIR" help:"Under DIR/share/jupyter."`
	SysPrefix bool   `xor:"place" help:"In the active Python or conda environment."`
	Name      string `default:"graft" help:"By which clients ask for it (jupyter console --kernel NAME)."`
}

func (f placeFlags) place() spec.Place {
	return spec.Place{User: f.User, Prefix: f.Prefix, SysPrefix: f.SysPrefix, Name: f.Name}
}

type kernelInstallCmd struct {
	placeFlags
	DisplayName string   `placeholder:"TEXT" help:"What menus show."`
	Env         []string `sep:"none" placeholder:"KEY=VALUE" help:"Set an environment variable for the kernel; may be repeated."`
	Profile     string   `placeholder:"NAME" help:"Start with the cells of a profile: see graft kernel run --help."`
}

func (c kernelInstallCmd) Run() error {
	dir, err := spec.Install(c.place(), spec.Settings{Display: c.DisplayName, Env: c.Env, Profile: c.Profile})
	if err != nil {
		return err
	}
	fmt.Printf("installed in %s\ntry: jupyter console --kernel %s\n", dir, filepath.Base(dir))
	if !spec.Found(dir) {
		fmt.Fprintf(os.Stderr, "warning: Jupyter does not search there (set JUPYTER_PATH=%s for it, or install with --user)\n", filepath.Dir(filepath.Dir(dir)))
	}
	if c.Profile != "" {
		if _, err := profileFile(c.Profile); err != nil {
			fmt.Fprintln(os.Stderr, "warning:", err)
		}
	}
	return nil
}

type kernelUninstallCmd struct{ placeFlags }

func (c kernelUninstallCmd) Run() error {
	dir, err := spec.Uninstall(c.place())
	if err != nil {
		return err
	}
	fmt.Println("removed", dir)
	return nil
}

type kernelListCmd struct{}

func (kernelListCmd) Run() error {
	list := spec.List()
	if len(list) == 0 {
		fmt.Printf("none in %s\ninstall one with: graft kernel install\n", strings.Join(spec.SearchPath(), ", "))
		return nil
	}
	for _, k := range list {
		fmt.Printf("%-16s %s\n%-16s starts %s\n", k.Name, k.Dir, "", k.Binary)
		if _, err := os.Stat(k.Binary); err != nil {
			fmt.Printf("%-16s which is gone (run graft kernel install again)\n", "")
		}
		if k.Hidden != "" {
			fmt.Printf("%-16s hidden by %s\n", "", k.Hidden)
		}
	}
	return nil
}

type kernelPapermillCmd struct {
	Dir string `arg:"" optional:"" default:"." type:"existingdir" help:"Where to."`
}

func (c kernelPapermillCmd) Run() error {
	path, err := spec.Wheel(c.Dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s\ninstall it where papermill is: pip install %s\n", path, path)
	return nil
}

type kernelRunCmd struct {
	File    string `arg:"" optional:"" help:"The connection file that the client wrote. A missing one is made; without FILE, where clients look for it."`
	Profile string `placeholder:"NAME" help:"Run the cells of graft/profile/NAME.go in the user's configuration folder (on Linux ~/.config) before the first."`
}

// Run lets the kernel take signals itself: an interrupt ends a cell, not the kernel.
func (c kernelRunCmd) Run(ctx context.Context) error {
	if c.File == "" {
		dir, err := spec.RuntimeDir()
		if err != nil {
			return err
		}
		c.File = filepath.Join(dir, fmt.Sprintf("kernel-graft-%d.json", os.Getpid()))
	}
	o := kernel.Options{Version: version, Tree: source.Tree()}
	if c.Profile != "" {
		o.Start, o.StartError = profile(c.Profile)
	}
	return kernel.Run(context.WithoutCancel(ctx), c.File, o)
}

// profile returns the cells of a profile.
func profile(name string) ([]string, error) {
	path, err := profileFile(name)
	if err != nil {
		return nil, err
	}
	nb, err := notebook.Read(path)
	if err != nil {
		return nil, err
	}
	return spoken(nb), nil
}

func profileFile(name string) (string, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(config, "graft", "profile", name+".go")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("profile %q: no file %s (write cells into it, split by //%%%%)", name, path)
	}
	return path, nil
}
