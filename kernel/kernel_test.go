package kernel

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"graft/internal/notebook"
	"graft/internal/session/event"
	"graft/lib/display"
)

// world is graft as a user has it: built, and installed in a Jupyter data folder
// of these tests' own, beside Jupyter's clients.
var world struct {
	graft, python string
	env           []string
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "graft-kernel-test-")
	if err == nil {
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func prepare(dir string) error {
	world.graft = filepath.Join(dir, "bin", "graft")
	if _, err := run(nil, "go", "build", "-o", world.graft, "graft/cmd/graft"); err != nil {
		return err
	}
	python, err := run(nil, "../scripts/jupyter-venv.sh")
	if err != nil {
		return err
	}
	world.python = strings.TrimSpace(python)
	// A history and a data folder of our own.
	world.env = append(os.Environ(), "JUPYTER_DATA_DIR="+filepath.Join(dir, "jupyter"), "GRAFT_CACHE="+filepath.Join(dir, "cache"), "JUPYTER_RUNTIME_DIR="+filepath.Join(dir, "run"))
	_, err = run(world.env, world.graft, "kernel", "install", "--user", "--name", "graft-test")
	return err
}

// run returns the standard output of a command; its standard error is part of the
// error.
func run(env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// unittest runs a file of Python tests; each of them must have run.
func unittest(t *testing.T, file string) {
	t.Helper()
	cmd := exec.Command(world.python, "-B", "-m", "unittest", "-v", file)
	cmd.Dir, cmd.Env = "testdata", world.env
	out, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("... skipped")) {
		t.Errorf("%s: %v\n%s", file, err, out)
	}
}

func TestConformance(t *testing.T) { unittest(t, "conformance.py") }

func TestClients(t *testing.T) { unittest(t, "clients.py") }

func TestNbconvert(t *testing.T) {
	dir := t.TempDir()
	_, err := run(world.env, world.python, "-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", dir, "--ExecutePreprocessor.kernel_name=graft-test", "testdata/tiny.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	nb, err := notebook.Read(filepath.Join(dir, "tiny.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(nb.Cells[1].Outputs)
	if want := `[{"name":"stdout","output_type":"stream","text":["sorting\n"]}]`; string(got) != want {
		t.Errorf("cell 2: %s", got)
	}
	if got := nb.Cells[2].Outputs[0]["data"].(map[string]any)["text/plain"]; fmt.Sprint(got) != "[[1 2 3]]" && fmt.Sprint(got) != "[1 2 3]" {
		t.Errorf("cell 3: %v", got)
	}
	if data := nb.Cells[3].Outputs[0]["data"].(map[string]any); data["image/png"] == nil {
		t.Errorf("cell 4: %v", data)
	}
}

func TestConsole(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, world.python, "-m", "jupyter_console", "--kernel", "graft-test", "--simple-prompt")
	cmd.Env = world.env
	cmd.Stdin = strings.NewReader("6*7\n")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Out[1]: 42") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestConnectionFileIsChecked(t *testing.T) {
	good := map[string]any{"ip": "127.0.0.1", "transport": "tcp", "key": "k", "signature_scheme": "hmac-sha256",
		"shell_port": 1, "control_port": 2, "stdin_port": 3, "iopub_port": 4, "hb_port": 5}
	for field, c := range map[string]struct {
		value any
		want  string
	}{
		"curve_publickey": {"x", "CURVE"}, "signature_scheme": {"hmac-md5", "hmac-md5"}, "transport": {"udp", "udp"},
		"shell_port": {-1, "shell_port"}, "hb_port": {65536, "hb_port"}, "ip": {3, "ip"},
	} {
		bad := map[string]any{}
		for k, v := range good {
			bad[k] = v
		}
		bad[field] = c.value
		if _, err := readConnection(connectionFile(t, bad, 0o600)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %v: %v", field, c.value, err)
		}
	}
	if _, err := readConnection(connectionFile(t, good, 0o600)); err != nil {
		t.Error(err)
	}
	t.Setenv("JUPYTER_ALLOW_INSECURE_WRITES", "")
	if _, err := readConnection(connectionFile(t, good, 0o644)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("open to others: %v", err)
	}
	if c, err := readConnection("no/such/file"); err != nil || len(c.Key) < 32 || c.Shell != 0 {
		t.Errorf("a file to be made: %+v, %v", c, err)
	}
}

func connectionFile(t testing.TB, content any, mode os.FileMode) string {
	t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "c.json")
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestQueueAbortsWhatWasSentBefore(t *testing.T) {
	q := newQueue()
	request := func(kind string, sent time.Time) *request {
		r := &request{}
		r.msg.Header.Type, r.msg.Header.Date = kind, sent.Format(time.RFC3339Nano)
		q.push(r)
		return r
	}
	now := time.Now()
	failing := request("execute_request", now)
	waiting, info := request("execute_request", now), request("kernel_info_request", now)
	q.list = q.list[1:] // it runs
	q.abort(t.Context(), failing)
	onItsWay, later := request("execute_request", now), request("execute_request", time.Now().Add(time.Millisecond))
	if failing.aborted || time.Since(failing.came) < burst {
		t.Errorf("the failed cell: aborted %v, answered after %v", failing.aborted, time.Since(failing.came))
	}
	if !waiting.aborted || info.aborted || !onItsWay.aborted || later.aborted {
		t.Errorf("aborted: %v %v %v %v", waiting.aborted, info.aborted, onItsWay.aborted, later.aborted)
	}
}

func TestShownHasADisplayID(t *testing.T) {
	b := display.Plain("x")
	b.ID = "fit"
	raw, _ := json.Marshal(shown(b, 0))
	if want := `{"data":{"text/plain":"x"},"metadata":{},"transient":{"display_id":"fit"}}`; string(raw) != want {
		t.Errorf("display: %s", raw)
	}
	f := told(event.Error{Name: "Panic", Value: "v", Traceback: []string{"a", "b"}}, "error")
	if f.Traceback[0] != "\x1b[31mPanic\x1b[0m a" || f.Traceback[1] != "b" {
		t.Errorf("traceback: %q", f.Traceback)
	}
}
