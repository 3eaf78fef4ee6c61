package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	source "graft"
	"graft/kernel"
	"graft/kernel/spec"
)

// kernelCmd is the Jupyter kernel.
type kernelCmd struct {
	Install   kernelInstallCmd   `cmd:"" help:"Offer this graft to Jupyter."`
	Uninstall kernelUninstallCmd `cmd:"" help:"Take it away again."`
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
	DisplayName string `placeholder:"TEXT" help:"What menus show."`
}

func (c kernelInstallCmd) Run() error {
	place := c.place()
	place.Display = c.DisplayName
	dir, err := spec.Install(place)
	if err != nil {
		return err
	}
	fmt.Printf("installed in %s\ntry: jupyter console --kernel %s\n", dir, c.Name)
	if c.Prefix != "" {
		fmt.Printf("a Jupyter that lives elsewhere finds it with JUPYTER_PATH=%s\n", filepath.Dir(filepath.Dir(dir)))
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

type kernelRunCmd struct {
	File string `arg:"" optional:"" help:"The connection file that the client wrote. A missing one is made; without FILE, where clients look for it."`
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
	return kernel.Run(context.WithoutCancel(ctx), c.File, kernel.Options{Version: version, Tree: source.Tree()})
}
