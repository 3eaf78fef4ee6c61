package kernel

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"graft/kernel/wire"
)

// made waits for a connection file with ports.
func made(t *testing.T, path string, l *live) connection {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if c, err := readConnection(path); err == nil && c.IOPub != 0 {
			return c
		}
		if time.Now().After(end) {
			t.Fatalf("no ports in %s:\n%s", path, l.log)
		}
	}
}

// A kernel that nobody wrote a file for writes one, and takes it away.
func TestConnectionFileOfOurOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "mine.json")
	l := launch(t, path)
	l.conn = made(t, path, l)
	l.key = wire.NewKey(l.conn.Key)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: %v, %v", info, err)
	}
	l.connect()
	l.alive()
	_ = l.cmd.Process.Signal(syscall.SIGTERM)
	l.ended(5 * time.Second)
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is left behind")
	}
	if !strings.Contains(l.log.String(), "jupyter console --existing "+path) {
		t.Errorf("log: %s", l.log)
	}
}

// Ports of 0 are filled in; what else the file holds stays, and the file is its
// maker's.
func TestConnectionFileWithoutPorts(t *testing.T) {
	ipc := local(t)
	for _, c := range []map[string]any{
		{"ip": "127.0.0.1", "transport": "tcp", "key": "", "shell_port": 0, "kernel_name": "other's"},
		{"ip": ipc.IP, "transport": "ipc", "key": "k", "kernel_name": "other's"},
	} {
		path := connectionFile(t, c, 0o600)
		l := launch(t, path)
		l.conn = made(t, path, l)
		l.key = wire.NewKey(l.conn.Key)
		l.connect()
		l.alive()
		_ = l.cmd.Process.Signal(syscall.SIGTERM)
		l.ended(5 * time.Second)
		var left map[string]any
		data, err := os.ReadFile(path)
		if err != nil || json.Unmarshal(data, &left) != nil || left["kernel_name"] != "other's" || left["key"] != c["key"] {
			t.Errorf("%v became %s, %v", c, data, err)
		}
	}
	if left, _ := filepath.Glob(ipc.IP + "*"); len(left) > 0 {
		t.Errorf("sockets left behind: %v", left)
	}
}

func TestPortsInUse(t *testing.T) {
	l := start(t, local(t))
	cmd := exec.Command(world.graft, "kernel", "run", connectionFile(t, l.conn, 0o600))
	cmd.Env = world.env
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "address already in use") {
		t.Errorf("%v\n%s", err, out)
	}
	l.alive()
}

func TestEndpoints(t *testing.T) {
	for ip, want := range map[string]string{"127.0.0.1": "tcp://127.0.0.1:7", "::1": "tcp://[::1]:7", "*": "tcp://:7"} {
		if got := (connection{Transport: "tcp", IP: ip}).endpoint(7); got != want {
			t.Errorf("%s: %s, want %s", ip, got, want)
		}
	}
}
