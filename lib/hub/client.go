package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// missingClient says that none of a registry's client programs is installed.
type missingClient struct{ scheme, hint string }

func (e *missingClient) Error() string {
	return fmt.Sprintf("hub: no client for %s: packages on this machine (%s)", e.scheme, e.hint)
}

// registry is how packages of one scheme are downloaded: the ordinary client of
// that registry, which knows the user's mirrors, proxies and credentials.
type registry struct {
	// programs are ways to call the client, tried in order.
	programs [][]string
	args     func(r ref, dest string) []string
	hint     string
}

var registries = map[string]registry{
	"pypi": {
		programs: [][]string{{"python3", "-m", "pip"}, {"pip3"}, {"pip"}, {"python", "-m", "pip"}},
		args: func(r ref, dest string) []string {
			// Only wheels: a source archive would run its own code to say what it is.
			return []string{"download", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet",
				"--disable-pip-version-check", "--retries=2", "--timeout=20", "--dest", dest, r.name + "==" + r.version}
		},
		hint: "install Python with pip",
	},
	"npm": {
		programs: [][]string{{"npm"}},
		args: func(r ref, dest string) []string {
			return []string{"pack", "--silent", "--ignore-scripts", "--pack-destination", dest, r.name + "@" + r.version}
		},
		hint: "install npm",
	},
	"maven": {
		programs: [][]string{{"mvn"}},
		args: func(r ref, dest string) []string {
			return []string{"--batch-mode", "--quiet", "dependency:copy", "-Dartifact=" + r.name + ":" + r.version, "-DoutputDirectory=" + dest}
		},
		hint: "install Maven",
	},
	"deb": {
		programs: [][]string{{"apt-get"}},
		args: func(r ref, _ string) []string {
			return []string{"download", "-q", r.name + "=" + r.version}
		},
		hint: "use a Debian or Ubuntu machine",
	},
}

// client downloads the package into a folder of work and returns the archive.
func (r ref) client(ctx context.Context, work string) (string, error) {
	reg := registries[r.scheme]
	program, err := findProgram(ctx, r.scheme, reg)
	if err != nil {
		return "", err
	}
	dest := filepath.Join(work, "archive")
	if err := os.Mkdir(dest, 0o755); err != nil {
		return "", unwritable(err)
	}
	args := append(program[1:len(program):len(program)], reg.args(r, dest)...)
	if err := run(ctx, work, dest, program[0], args...); err != nil {
		return "", err
	}
	return onlyFile(dest)
}

// findProgram returns the first way to call the client that works here.
func findProgram(ctx context.Context, scheme string, reg registry) ([]string, error) {
	for _, p := range reg.programs {
		if _, err := exec.LookPath(p[0]); err != nil {
			continue
		}
		if len(p) == 1 || exec.CommandContext(ctx, p[0], append(p[1:len(p):len(p)], "--version")...).Run() == nil {
			return p, nil
		}
	}
	return nil, &missingClient{scheme: scheme, hint: reg.hint}
}

// run calls a client in dir, its temporary files under work so that progress
// can be seen and nothing is left behind. Its last lines become the error.
func run(ctx context.Context, work, dir, program string, args ...string) error {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+work, "PIP_RESUME_RETRIES=5", "PIP_PROGRESS_BAR=off")
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// A client may have children, which must end with it.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %s (%w)", filepath.Base(program), lastLine(output.String()), err)
	}
	return nil
}

// lastLine returns the last line that says something, an "ERROR" line first.
func lastLine(text string) string {
	last := "no message"
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && (strings.HasPrefix(line, "ERROR") || !strings.HasPrefix(last, "ERROR")) {
			last = line
		}
	}
	return last
}

func onlyFile(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			return filepath.Join(dir, e.Name()), nil
		}
	}
	return "", errors.New("the client downloaded no file")
}
