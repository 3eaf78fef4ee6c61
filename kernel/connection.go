package kernel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"graft/internal/whole"
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
	Curve     string `json:"curve_publickey,omitempty"`
}

// readConnection reads a connection file. It holds the key with which messages are
// signed, so it must be the user's alone. Without a file, or with ports of 0 in it,
// we choose: see [connection.write].
func readConnection(path string) (connection, error) {
	c := connection{Transport: "tcp", IP: "127.0.0.1"}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		c.Key, c.Scheme = wire.NewID(), "hmac-sha256"
		return c, nil
	}
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

// write tells clients where we listen, whatever else the file holds staying as it
// is. Nobody sees half a file, nobody else any.
func (c connection) write(path string) error {
	all := map[string]any{}
	if old, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(old, &all) // it was read before
	}
	ours, _ := json.Marshal(c) // texts and numbers never fail
	_ = json.Unmarshal(ours, &all)
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("kernel: connection file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("kernel: connection file: %w", err)
	}
	if err := whole.Write(path, 0o600, func(f *os.File) error { _, err := f.Write(data); return err }); err != nil {
		return fmt.Errorf("kernel: connection file: %w", err)
	}
	return nil
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
		if port < 0 || port > 65535 && c.Transport == "tcp" {
			return fmt.Errorf("kernel: connection file %q: %s_port is %d (want 1 to 65535, or 0 for any)", path, name, port)
		}
	}
	return nil
}

func (c connection) endpoint(port int) string {
	if c.Transport == "ipc" {
		return fmt.Sprintf("ipc://%s-%d", c.IP, port)
	}
	host := c.IP
	if host == "*" { // every interface, in ZeroMQ's words
		host = ""
	}
	return "tcp://" + net.JoinHostPort(host, strconv.Itoa(port))
}

// choose sets a port of 0 to a free one: that of a listener that listens already,
// and for ipc the next number without a file.
func (c connection) choose(port *int, listening net.Addr) {
	if *port != 0 {
		return
	}
	if tcp, ok := listening.(*net.TCPAddr); ok {
		*port = tcp.Port
		return
	}
	for *port = 1; ; *port++ {
		if _, err := os.Lstat(strings.TrimPrefix(c.endpoint(*port), "ipc://")); err != nil {
			return
		}
	}
}

// bindTries is how often a port that is taken is tried, bindPause apart: a kernel
// that is being restarted may still hold it.
const (
	bindTries = 5
	bindPause = 100 * time.Millisecond
)

// open listens on all channels or none, and writes the ports that it chose into
// the connection file.
func (k *server) open(path string) error {
	given := k.conn
	_, missing := os.Stat(path)
	err := k.listen()
	if err == nil && (k.conn != given || missing != nil) {
		err = k.conn.write(path)
	}
	if err == nil && missing != nil {
		k.wrote = path
	}
	if err != nil {
		k.hangUp(0)
	}
	return err
}

func (k *server) listen() error {
	for _, ch := range []struct {
		at   **socket.Router
		port *int
	}{{&k.shell, &k.conn.Shell}, {&k.control, &k.conn.Control}, {&k.stdin, &k.conn.Stdin}, {&k.beat, &k.conn.Heartbeat}} {
		err := k.bind(ch.port, func(endpoint string) (addr net.Addr, err error) {
			if *ch.at, err = socket.NewRouter(endpoint); err != nil {
				return nil, err
			}
			return (*ch.at).Addr(), nil
		})
		if err != nil {
			return err
		}
	}
	return k.bind(&k.conn.IOPub, func(endpoint string) (addr net.Addr, err error) {
		if k.iopub, err = socket.NewPublisher(endpoint, k.welcome); err != nil {
			return nil, err
		}
		return k.iopub.Addr(), nil
	})
}

func (k *server) bind(port *int, listen func(endpoint string) (net.Addr, error)) error {
	if k.conn.Transport == "ipc" {
		k.conn.choose(port, nil)
	}
	var addr net.Addr
	err := patiently(func() (err error) {
		addr, err = listen(k.conn.endpoint(*port))
		return err
	})
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	k.conn.choose(port, addr)
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
	var all sync.WaitGroup
	if k.iopub != nil {
		all.Go(func() { k.iopub.Close(d) })
	}
	for _, r := range []*socket.Router{k.shell, k.control, k.stdin, k.beat} {
		if r != nil {
			all.Go(func() { r.Close(d) })
		}
	}
	all.Wait()
	if k.wrote != "" {
		_ = os.Remove(k.wrote)
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
