//go:build lists

package golang

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The lists hold the programs of the Go distribution's test folder that need
// nothing but the language and the common packages; see testdata/lists/README.md.
// missing is how many of each may give another output: those that time allocations
// or need more time than limit.
var lists = []struct {
	name    string
	missing int
}{{"list.top", 2}, {"list.sub", 0}, {"list.fb", 8}}

// every is 4 to run each fourth program only, and 1 with the build tag full.
var every = 4

// limit is the time one program may take.
var limit = 30 * time.Second

// TestLists runs every program of the lists in this process and natively, and
// compares status and output.
func TestLists(t *testing.T) {
	dir := testFolder(t)
	for _, list := range lists {
		t.Run(list.name, func(t *testing.T) {
			names := slices.Collect(sample(listed(t, list.name), every))
			failed := runList(t, dir, names)
			t.Logf("%d of %d as native", len(names)-len(failed), len(names))
			for _, f := range failed {
				t.Log(f)
			}
			if len(failed) > list.missing {
				t.Errorf("%d of %d not as native, at most %d may be: %q", len(failed), len(names), list.missing, failed)
			}
		})
	}
}

// testFolder is the test folder of the Go distribution.
func testFolder(t *testing.T) string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "test")
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the Go distribution has no test folder: %v", err)
	}
	return dir
}

// listed returns the programs of a list.
func listed(t *testing.T, list string) []string {
	text, err := os.ReadFile("testdata/lists/" + list)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

// sample yields each n-th name.
func sample(names []string, n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(names) && yield(names[i]); i += n {
		}
	}
}

// runList returns a line for each program that gave another output.
func runList(t *testing.T, dir string, names []string, env ...string) []string {
	var mu sync.Mutex
	var failed []string
	bin := t.TempDir()
	work := make(chan string)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for name := range work {
				if diff := compare(t, dir, name, bin, env); diff != "" {
					mu.Lock()
					failed = append(failed, name+": "+diff)
					mu.Unlock()
				}
			}
		})
	}
	for _, name := range names {
		work <- name
	}
	close(work)
	wg.Wait()
	slices.Sort(failed)
	return failed
}

// compare runs a program both ways, this way in a process of its own with env,
// since some programs exit, and says how they differ.
func compare(t *testing.T, dir, name, bin string, env []string) string {
	exe := filepath.Join(bin, strings.ReplaceAll(name, "/", "_"))
	if out, err := exec.Command("go", "build", "-o", exe, filepath.Join(dir, name)).CombinedOutput(); err != nil {
		t.Errorf("%s does not build: %s", name, out)
		return ""
	}
	defer os.Remove(exe)
	want, wantCode := output(exec.Command(exe), dir)
	self := exec.Command(os.Args[0], "-test.run=^TestProgramProcess$")
	self.Env = append(append(os.Environ(), env...), "GRAFT_TEST_PROGRAM="+filepath.Join(dir, name))
	got, gotCode := output(self, dir)
	switch {
	case gotCode != wantCode:
		return fmt.Sprintf("status %d, want %d: %.300s", gotCode, wantCode, strings.TrimSpace(got))
	case wantCode == 0 && got != want:
		return "other output"
	}
	return ""
}

func output(cmd *exec.Cmd, dir string) (string, int) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &out, &out, dir
	cmd.Env = append(cmd.Environ(), "GOARCH="+runtime.GOARCH)
	if err := cmd.Start(); err != nil {
		return err.Error(), -1
	}
	stop := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	defer stop()
	cmd.Wait()
	if ctx.Err() != nil {
		return "timeout", -1
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// TestProgramProcess is the process that compare starts.
func TestProgramProcess(t *testing.T) {
	file := os.Getenv("GRAFT_TEST_PROGRAM")
	if file == "" {
		return
	}
	in := newInterp(t)
	code, err := in.RunProgram(&Env{Stdout: os.Stdout, Stderr: os.Stderr, Stdin: os.Stdin}, file, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}
