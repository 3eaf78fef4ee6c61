package kernel

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"graft/kernel/socket"
	"graft/kernel/wire"
)

// each calls handle for every good message of a channel until ctx is done. Bad
// ones are logged and dropped.
func (k *server) each(ctx context.Context, via *socket.Router, handle func(wire.Message)) {
	for {
		select {
		case frames := <-via.Messages():
			msg, err := k.key.Decode(frames)
			if err != nil {
				k.log.Printf("message dropped: %v", err)
				continue
			}
			handle(msg)
		case <-ctx.Done():
			return
		}
	}
}

func (k *server) readShell(ctx context.Context) {
	k.each(ctx, k.shell, func(m wire.Message) {
		r := &request{msg: m, via: k.shell}
		if beside(m.Header.Type) {
			k.handle(ctx, r)
			return
		}
		k.queue.push(r)
	})
}

func (k *server) readControl(ctx context.Context) {
	k.each(ctx, k.control, func(m wire.Message) {
		r := &request{msg: m, via: k.control}
		if urgent[m.Header.Type] {
			k.handle(ctx, r)
			return
		}
		k.queue.push(r)
	})
}

func (k *server) readStdin(ctx context.Context) {
	k.each(ctx, k.stdin, k.inputReply)
}

func (k *server) runShell(ctx context.Context) {
	k.start(ctx)
	for {
		r, ok := k.queue.pop(ctx)
		if !ok {
			return
		}
		k.handle(ctx, r)
	}
}

// handler answers one type of request. An error goes into the reply.
type handler func(k *server, ctx context.Context, r *request) error

// urgent are the requests that control serves at once. Others wait in the queue of
// shell: a cell must not keep the interrupt out.
var urgent = map[string]bool{
	"interrupt_request": true, "shutdown_request": true, "kernel_info_request": true, "connect_request": true,
}

// handlers are the requests that this kernel knows, on shell and control alike.
var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"execute_request":     (*server).execute,
		"kernel_info_request": (*server).kernelInfo,
		"is_complete_request": (*server).isComplete,
		"complete_request":    (*server).complete,
		"inspect_request":     (*server).inspect,
		"history_request":     (*server).history,
		"comm_info_request":   (*server).commInfo,
		"comm_open":           (*server).comm,
		"comm_msg":            (*server).comm,
		"comm_close":          (*server).comm,
		"interrupt_request":   (*server).interrupt,
		"shutdown_request":    (*server).shutdown,
		"connect_request":     (*server).connect,
		// What kernel_info does not announce. A client that asks all the same must
		// not wait for ever.
		"debug_request":           refuse,
		"create_subshell_request": refuse,
		"delete_subshell_request": refuse,
		"list_subshell_request":   refuse,
	}
}

// handle answers a message between busy and idle, whatever happens inside.
func (k *server) handle(ctx context.Context, r *request) {
	if r.msg.Header.Type == "execute_request" {
		k.listened.Do(func() { k.awaitListener(ctx) })
	}
	k.publish(wire.Status{ExecutionState: "busy"}, "status", r)
	defer func() {
		k.publish(wire.Status{ExecutionState: "idle"}, "status", r)
		if k.ending.Load() {
			k.stop(errShutdown)
		}
	}()
	kind := r.msg.Header.Type
	do, known := handlers[kind]
	if !known {
		k.log.Printf("unknown message %q ignored", kind)
		return
	}
	if err := k.guarded(do, ctx, r); err != nil {
		k.log.Printf("%s: %v", kind, err)
		if strings.HasSuffix(kind, requestSuffix) {
			k.reply(r, failure(err))
		}
	}
}

// listenTime is how long the first cell waits for a front end to listen.
const listenTime = time.Second

// awaitListener gives a front end that connects all channels at once, and sends its
// first cell in the same moment, time to subscribe: it waits for ever for an idle
// that nobody heard.
func (k *server) awaitListener(ctx context.Context) {
	select {
	case <-k.iopub.Heard():
	case <-time.After(listenTime):
	case <-ctx.Done():
	}
}

// guarded turns a panic of our own into an error.
func (k *server) guarded(do handler, ctx context.Context, r *request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			k.log.Printf("panic: %v\n%s", p, debug.Stack())
			err = fmt.Errorf("kernel: %s: internal error: %v", r.msg.Header.Type, p)
		}
	}()
	return do(k, ctx, r)
}

func failure(err error) wire.Failure {
	return wire.Failure{Status: "error", Name: "KernelError", Value: err.Error(), Traceback: []string{err.Error()}}
}

const requestSuffix = "_request"

// replyType is the name of the answer to a request.
func replyType(kind string) string { return strings.TrimSuffix(kind, requestSuffix) + "_reply" }

// reply answers a request on the channel on which it came.
func (k *server) reply(r *request, content any) { k.replyWith(r, content, nil) }

// replyWith adds metadata to a reply.
func (k *server) replyWith(r *request, content, meta any) {
	k.send(r.via, r, replyType(r.msg.Header.Type), content, meta)
}

func (k *server) send(via *socket.Router, r *request, kind string, content, meta any) (id string) {
	msg := wire.Message{
		Peers: r.msg.Peers, Parent: r.msg.RawHeader(), Meta: meta,
		Header: wire.NewHeader(kind, k.id, k.user), Content: content,
	}
	frames, err := k.key.Encode(msg)
	if err != nil {
		k.log.Printf("reply dropped: %v", err)
		return ""
	}
	via.Send(frames)
	return msg.Header.ID
}

// publish sends a message to all front ends, as a consequence of r, nil for none.
func (k *server) publish(content any, kind string, r *request) {
	msg := wire.Message{Peers: [][]byte{[]byte(kind)}, Header: wire.NewHeader(kind, k.id, k.user), Content: content}
	if r != nil {
		msg.Parent = r.msg.RawHeader()
	}
	frames, err := k.key.Encode(msg)
	if err != nil {
		k.log.Printf("output dropped: %v", err)
		return
	}
	switch kind {
	case "stream", "display_data", "execute_result":
		k.iopub.SendOutput(frames)
	default:
		k.iopub.Send(frames, kind == "update_display_data")
	}
}

func (k *server) interrupt(_ context.Context, r *request) error {
	k.cells.Interrupt()
	k.reply(r, wire.Reply{Status: "ok"})
	return nil
}

func (k *server) shutdown(_ context.Context, r *request) error {
	var req wire.ShutdownRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	answer := wire.ShutdownReply{Status: "ok", Restart: req.Restart}
	k.reply(r, answer)
	k.publish(answer, "shutdown_reply", r)
	k.ending.Store(true)
	return nil
}

// connect names the ports, as clients of the first versions asked for them.
func (k *server) connect(_ context.Context, r *request) error {
	c := k.conn
	k.reply(r, wire.ConnectReply{Status: "ok", Shell: c.Shell, Control: c.Control, Stdin: c.Stdin, IOPub: c.IOPub, Heartbeat: c.Heartbeat})
	return nil
}

func refuse(_ *server, _ context.Context, r *request) error {
	return fmt.Errorf("kernel: %s is not supported (kernel_info_reply names what is)", r.msg.Header.Type)
}
