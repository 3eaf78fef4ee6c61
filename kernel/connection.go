package kernel

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"

	"graft/kernel/socket"
	"graft/kernel/wire"
)

// connection is the content of a connection file.
type connection struct {
	Transport string `json:"transport"`
	IP        string `json:"ip"`
	Shell     int    `json:"shell_port"`
	Control   int    `json:"control_port"`
	Stdin     int    `json:"stdin_port"`
	IOPub     int    `json:"iopub_port"`
	Heartbeat int    `json:"hb_port"`
	Key       string `json:"key"`
	Scheme    string `json:"signature_scheme"`
	Curve     string `json:"curve_publickey"`
}

// readConnection reads a connection file. It holds the key with which messages are
// signed, so it must be the user's alone.
func readConnection(path string) (connection, error) {
	c := connection{Transport: "tcp", IP: "127.0.0.1"}
	if err := private(path); err != nil {
		return c, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("kernel: connection file: %w", err)
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("kernel: connection file %q: %w", path, err)
	}
	return c, c.check(path)
}

func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("kernel: connection file: %w", err)
	}
	loose := info.Mode().Perm()&0o077 != 0
	if loose && runtime.GOOS != "windows" && os.Getenv("JUPYTER_ALLOW_INSECURE_WRITES") == "" {
		return fmt.Errorf("kernel: connection file %q is open to other users (chmod 600 it, or set JUPYTER_ALLOW_INSECURE_WRITES=true where file modes mean nothing)", path)
	}
	return nil
}

func (c connection) check(path string) error {
	if c.Curve != "" {
		return fmt.Errorf("kernel: connection file %q asks for CURVE encryption, which graft lacks (use the ipc transport)", path)
	}
	if c.Scheme != "" && c.Scheme != "hmac-sha256" && c.Key != "" {
		return fmt.Errorf("kernel: connection file %q: signature scheme %q (want hmac-sha256)", path, c.Scheme)
	}
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return fmt.Errorf("kernel: connection file %q: transport %q (want tcp or ipc)", path, c.Transport)
	}
	for name, port := range map[string]int{"shell": c.Shell, "control": c.Control, "stdin": c.Stdin, "iopub": c.IOPub, "hb": c.Heartbeat} {
		if port <= 0 {
			return fmt.Errorf("kernel: connection file %q: %s_port is %d (want one above 0)", path, name, port)
		}
	}
	return nil
}

func (c connection) endpoint(port int) string {
	if c.Transport == "ipc" {
		return fmt.Sprintf("ipc://%s-%d", c.IP, port)
	}
	return fmt.Sprintf("tcp://%s:%d", c.IP, port)
}

// bindTries is how often a port that is taken is tried, bindPause apart: a kernel
// that is being restarted may still hold it.
const (
	bindTries = 5
	bindPause = 100 * time.Millisecond
)

// open listens on all channels or none.
func (k *server) open() (err error) {
	for _, ch := range []struct {
		at   **socket.Router
		port int
	}{{&k.shell, k.conn.Shell}, {&k.control, k.conn.Control}, {&k.stdin, k.conn.Stdin}, {&k.beat, k.conn.Heartbeat}} {
		err := patiently(func() (err error) {
			*ch.at, err = socket.NewRouter(k.conn.endpoint(ch.port))
			return err
		})
		if err != nil {
			k.hangUp(0)
			return fmt.Errorf("kernel: %w", err)
		}
	}
	err = patiently(func() (err error) {
		k.iopub, err = socket.NewPublisher(k.conn.endpoint(k.conn.IOPub), k.welcome)
		return err
	})
	if err != nil {
		k.hangUp(0)
		return fmt.Errorf("kernel: %w", err)
	}
	return nil
}

func patiently(bind func() error) (err error) {
	for range bindTries {
		if err = bind(); err == nil {
			return nil
		}
		time.Sleep(bindPause)
	}
	return err
}

// hangUp closes what is open, after up to d for messages under way.
func (k *server) hangUp(d time.Duration) {
	if k.iopub != nil {
		k.iopub.Close(d)
	}
	for _, r := range []*socket.Router{k.shell, k.control, k.stdin, k.beat} {
		if r != nil {
			r.Close(d)
		}
	}
}

// welcome greets a new subscriber, so that it knows from when on it hears all.
func (k *server) welcome(topic string) [][]byte {
	frames, err := k.key.Encode(wire.Message{
		Peers:   [][]byte{[]byte("iopub_welcome")},
		Header:  wire.NewHeader("iopub_welcome", k.id, k.user),
		Content: wire.Welcome{Subscription: topic},
	})
	if err != nil {
		return nil
	}
	return frames
}
