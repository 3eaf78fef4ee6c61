// Package kernel is the Jupyter front end: it serves one session of cells over
// Jupyter's five channels, as opposed to package repl, which serves a terminal.
// Below it, wire holds messages and signatures, widget the controls, socket
// ZeroMQ, spec the installation.
//
//	err := kernel.Run(ctx, connectionFile, kernel.Options{Version: "1.0"})
//
// Each request on shell runs after the one before; control (interrupt, shutdown)
// and the comm messages of widgets are served beside them. Every request is framed
// by a busy and an idle status, and idle means that all its output has been sent.
//
// It doesn't handle: CURVE encryption (the ipc transport keeps other users out),
// subshells, the debugger, and comms of other targets than widgets (they are
// refused politely).
package kernel

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"os/user"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"graft/internal/session"
	"graft/internal/session/capture"
	"graft/kernel/socket"
	"graft/kernel/widget"
	"graft/kernel/wire"
)

// Options are the settings of a kernel. The zero value is useful.
type Options struct {
	// Version is graft's, for kernel_info.
	Version string
	// Start are cells that run before the first one. StartError is why they are
	// not what the user expects; the user's first cell tells it, as it does failures
	// of theirs.
	Start      []string
	StartError error
	// Log takes refused messages and the like; nil means standard error.
	Log io.Writer
	// Tree is graft's own source tree, for help on its names; may be nil.
	Tree fs.FS
}

// goodbye is how long the end of a kernel may take: for the running cell to stop
// and for the last messages to be read. Clients kill after 2.5 seconds.
const goodbye = time.Second

var (
	errShutdown = errors.New("kernel: shutdown requested")
	errOrphan   = errors.New("kernel: the process that started this kernel is gone")
	errSignal   = errors.New("kernel: terminated by a signal")
)

// server is a running kernel.
type server struct {
	opts Options
	conn connection
	// wrote is the connection file if we made it, to be removed.
	wrote string

	key  *wire.Key
	id   string // session of our messages
	user string
	log  *log.Logger

	shell, control, stdin, beat *socket.Router
	iopub                       *socket.Publisher

	cells   *session.Session
	caught  *capture.Capture
	queue   *queue
	input   input
	widgets *widget.Table
	latest  atomic.Pointer[request] // the last cell's
	units   wire.Units              // of requests that go through the queue
	early   early
	// listened is done when the first cell has waited for a subscriber.
	listened sync.Once
	// ending is set by shutdown: the kernel stops once that request is idle.
	ending atomic.Bool
	stop   context.CancelCauseFunc
}

// Run serves the channels of a connection file until a client asks for shutdown,
// the client's process dies, the process is told to terminate, or ctx is done. It
// makes a file that is missing, for clients to connect by, and removes it at the
// end. It returns an error only if it could not begin. It takes standard output and
// error, and the signals SIGINT and SIGTERM, of the process.
func Run(ctx context.Context, connectionFile string, o Options) error {
	conn, err := readConnection(connectionFile)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	k := &server{opts: o, conn: conn, key: wire.NewKey(conn.Key), id: wire.NewID(), user: username(), queue: newQueue(), stop: stop}
	k.widgets = widget.New(k.pushWidget)
	if err := k.open(connectionFile); err != nil {
		return err
	}
	defer k.close()
	if err := k.begin(); err != nil {
		return err
	}
	defer k.caught.Close()
	if k.wrote != "" {
		k.log.Printf("waits for clients: jupyter console --existing %s", k.wrote)
	}
	k.serve(ctx)
	k.log.Printf("ends: %v", context.Cause(ctx))
	return nil
}

func username() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "graft"
}

// begin starts the session and catches the output of native code.
func (k *server) begin() (err error) {
	k.cells = session.New(session.Options{GoNB: true, Drain: func() { k.caught.Drain() }, Tree: k.opts.Tree})
	if k.caught, err = capture.Start(k.cells.Native); err != nil {
		return err
	}
	if k.opts.Log == nil {
		k.opts.Log = k.caught.Stderr()
	}
	k.log = log.New(k.opts.Log, "graft kernel: ", log.LstdFlags)
	return nil
}

// serve runs until ctx is done.
func (k *server) serve(ctx context.Context) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go k.beat.Echo()
	go k.readShell(ctx)
	go k.readControl(ctx)
	go k.readStdin(ctx)
	go watchParent(ctx, func() { k.stop(errOrphan) })
	k.publish(wire.Status{ExecutionState: "starting"}, "status", nil)
	done := make(chan struct{})
	go func() { defer close(done); k.runShell(ctx) }()
	for {
		select {
		case sig := <-signals:
			// Clients that know no interrupt_request send SIGINT instead.
			if sig == os.Interrupt {
				k.cells.Interrupt()
				continue
			}
			k.stop(errSignal)
		case <-ctx.Done():
			k.cells.Interrupt()
			k.cells.EndPrograms()
			select {
			case <-done:
			case <-time.After(goodbye):
			}
			return
		}
	}
}

// close ends the session, lets the last messages go out and hangs up.
func (k *server) close() {
	if k.cells != nil {
		k.cells.EndPrograms()
		_ = k.cells.Close()
	}
	k.hangUp(goodbye)
}
