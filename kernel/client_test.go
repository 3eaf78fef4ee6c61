package kernel

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"graft/kernel/wire"
)

// patience is how long these tests wait for what must come.
const patience = 60 * time.Second

// zconn is a ZeroMQ connection made of bytes, so that tests can send what no
// library would.
type zconn struct {
	net.Conn
	r *bufio.Reader
}

// dial opens a DEALER or SUB connection; a SUB hears everything.
func dial(t testing.TB, c connection, port int, kind, identity string) *zconn {
	t.Helper()
	network, addr := c.network(port)
	raw, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	z := &zconn{Conn: raw, r: bufio.NewReader(raw)}
	hello := append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0}, make([]byte, 52)...)
	copy(hello[12:], "NULL")
	ready := []byte("\x05READY")
	for _, p := range [][2]string{{"Socket-Type", kind}, {"Identity", identity}} {
		ready = append(append(ready, byte(len(p[0]))), p[0]...)
		ready = append(binary.BigEndian.AppendUint32(ready, uint32(len(p[1]))), p[1]...)
	}
	_, _ = z.Write(append(append(hello, 4, byte(len(ready))), ready...))
	_ = z.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.CopyN(io.Discard, z.r, 64); err != nil {
		t.Fatal(err)
	}
	z.receive(t) // READY
	if kind == "SUB" {
		z.send([]byte{1})
	}
	return z
}

// send writes frames as one message.
func (z *zconn) send(frames ...[]byte) {
	var b []byte
	for i, f := range frames {
		flag := byte(2)
		if i < len(frames)-1 {
			flag |= 1
		}
		b = append(binary.BigEndian.AppendUint64(append(b, flag), uint64(len(f))), f...)
	}
	_, _ = z.Write(b)
}

// receive reads one message.
func (z *zconn) receive(t testing.TB) (frames [][]byte) {
	t.Helper()
	_ = z.SetReadDeadline(time.Now().Add(patience))
	for more := true; more; {
		var head [2]byte
		if _, err := io.ReadFull(z.r, head[:]); err != nil {
			t.Fatal(err)
		}
		size := uint64(head[1])
		if head[0]&2 != 0 {
			rest := [8]byte{head[1]}
			if _, err := io.ReadFull(z.r, rest[1:]); err != nil {
				t.Fatal(err)
			}
			size = binary.BigEndian.Uint64(rest[:])
		}
		f := make([]byte, size)
		if _, err := io.ReadFull(z.r, f); err != nil {
			t.Fatal(err)
		}
		frames = append(frames, f)
		more = head[0]&1 != 0
	}
	return frames
}

// live is a kernel in a process of its own and a client of it.
type live struct {
	t    testing.TB
	cmd  *exec.Cmd
	conn connection
	key  *wire.Key
	log  *safeBuffer
	done chan struct{} // closed when the process has ended

	shell, control, stdin, iopub *zconn
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// local is a connection on sockets in a folder of the test's own.
func local(t testing.TB) connection {
	dir, err := os.MkdirTemp("", "gk") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return connection{Transport: "ipc", IP: filepath.Join(dir, "k"), Shell: 1, Control: 2, Stdin: 3, IOPub: 4, Heartbeat: 5, Key: "secret", Scheme: "hmac-sha256"}
}

// start runs the kernel of a connection and connects a client to it.
func start(t testing.TB, c connection, env ...string) *live {
	t.Helper()
	l := launch(t, connectionFile(t, c, 0o600), env...)
	l.conn, l.key = c, wire.NewKey(c.Key)
	l.connect()
	return l
}

// launch runs the kernel of a connection file.
func launch(t testing.TB, path string, env ...string) *live {
	t.Helper()
	return launchWith(t, []string{path}, env...)
}

func launchWith(t testing.TB, args []string, env ...string) *live {
	t.Helper()
	l := &live{t: t, log: &safeBuffer{}, done: make(chan struct{})}
	l.cmd = exec.Command(world.graft, append([]string{"kernel", "run"}, args...)...)
	l.cmd.Env = append(append([]string{}, world.env...), env...)
	l.cmd.Stdout, l.cmd.Stderr = l.log, l.log
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = l.cmd.Wait(); close(l.done) }()
	t.Cleanup(func() { _ = l.cmd.Process.Kill(); <-l.done })
	return l
}

// connect waits for the kernel and opens the channels.
func (l *live) connect() {
	l.t.Helper()
	network, addr := l.conn.network(l.conn.IOPub)
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial(network, addr); err == nil {
			_ = c.Close()
			break
		}
		if time.Now().After(end) {
			l.t.Fatalf("the kernel does not listen:\n%s", l.log)
		}
	}
	l.iopub = dial(l.t, l.conn, l.conn.IOPub, "SUB", "")
	l.shell = dial(l.t, l.conn, l.conn.Shell, "DEALER", "client")
	l.control = dial(l.t, l.conn, l.conn.Control, "DEALER", "client")
	l.stdin = dial(l.t, l.conn, l.conn.Stdin, "DEALER", "client")
	for l.heard().Header.Type != "iopub_welcome" {
	}
}

// network is an endpoint as package net names it.
func (c connection) network(port int) (network, addr string) {
	scheme, addr, _ := strings.Cut(c.endpoint(port), "://")
	return map[string]string{"tcp": "tcp", "ipc": "unix"}[scheme], addr
}

// say sends a signed message and returns its ID.
func (l *live) say(via *zconn, kind string, content any) string {
	l.t.Helper()
	h := wire.NewHeader(kind, "test", "u")
	frames, err := l.key.Encode(wire.Message{Header: h, Content: content})
	if err != nil {
		l.t.Fatal(err)
	}
	via.send(frames...)
	return h.ID
}

// answer is a message as a client sees it.
type answer struct {
	wire.Message
	fields map[string]any
}

func (a answer) String() string { return fmt.Sprint(a.Header.Type, " ", a.fields) }

func (l *live) read(via *zconn) answer {
	l.t.Helper()
	m, err := l.key.Decode(via.receive(l.t))
	if err != nil {
		l.t.Fatal(err)
	}
	a := answer{Message: m}
	if err := m.Read(&a.fields); err != nil {
		l.t.Fatal(err)
	}
	return a
}

// heard is the next message on IOPub.
func (l *live) heard() answer { l.t.Helper(); return l.read(l.iopub) }

// reply is the answer to the message id, later than those to others.
func (l *live) reply(via *zconn, id string) answer {
	l.t.Helper()
	for {
		if a := l.read(via); a.ParentID() == id {
			return a
		}
	}
}

// ask sends a request on shell and returns its reply.
func (l *live) ask(kind string, content any) answer {
	l.t.Helper()
	return l.reply(l.shell, l.say(l.shell, kind, content))
}

// output is what IOPub says of a message up to idle.
func (l *live) output(id string) (list []answer) {
	l.t.Helper()
	for {
		a := l.heard()
		if a.ParentID() != id {
			continue
		}
		list = append(list, a)
		if a.fields["execution_state"] == "idle" {
			return list
		}
	}
}

// cell runs code and returns the reply and what IOPub said.
func (l *live) cell(code string, options ...any) (answer, []answer) {
	l.t.Helper()
	content := map[string]any{"code": code}
	for i := 0; i+1 < len(options); i += 2 {
		content[options[i].(string)] = options[i+1]
	}
	id := l.say(l.shell, "execute_request", content)
	return l.reply(l.shell, id), l.output(id)
}

// alive fails the test unless the kernel runs cells.
func (l *live) alive() {
	l.t.Helper()
	if a, _ := l.cell("1 + 1"); a.fields["status"] != "ok" {
		l.t.Fatalf("after it all: %v\n%s", a, l.log)
	}
}

// ended waits for the end of the process.
func (l *live) ended(within time.Duration) {
	l.t.Helper()
	select {
	case <-l.done:
	case <-time.After(within):
		l.t.Fatalf("the kernel still runs after %v:\n%s", within, l.log)
	}
}

// words are the types of messages; of streams the text, of status the state.
func words(list []answer) string {
	var all []string
	for _, a := range list {
		word := a.Header.Type
		switch word {
		case "status":
			word = fmt.Sprint(a.fields["execution_state"])
		case "stream":
			word = fmt.Sprintf("%s=%q", a.fields["name"], a.fields["text"])
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

func meta(a answer) (m map[string]any) {
	raw, _ := a.Meta.(json.RawMessage)
	_ = json.Unmarshal(raw, &m)
	return m
}

// shell runs a script as a client would be run; hangUp ends its input.
func shell(t *testing.T, script string, log io.Writer) (cmd *exec.Cmd, hangUp func()) {
	t.Helper()
	cmd = exec.Command("sh", "-c", script)
	cmd.Env = append(append([]string{}, world.env...), "JPY_PARENT_PID=1")
	cmd.Stdout, cmd.Stderr = log, log
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, func() { _ = in.Close() }
}

// running tells a process that runs from one that is gone or a zombie.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z") && !strings.HasPrefix(after, "X")
}
