package kernel

import (
	"sync"

	"graft/internal/session/event"
	"graft/kernel/wire"
)

// input is the question that waits for the user, if there is one.
type input struct {
	mu    sync.Mutex
	r     *request
	id    string // of the input_request
	reply func(line string, ok bool)
}

// askInput sends the question to the client that runs the cell. An answer to an
// earlier question no longer counts.
func (k *server) askInput(r *request, e event.Input) {
	k.input.mu.Lock()
	defer k.input.mu.Unlock()
	k.input.r, k.input.reply = r, e.Reply
	k.input.id = k.send(k.stdin, r, "input_request", wire.InputRequest{Prompt: e.Prompt, Password: e.Secret}, nil)
}

// inputReply hands an answer to the cell. A front end that leaves the parent
// header out answers whatever is asked.
func (k *server) inputReply(m wire.Message) {
	var reply wire.InputReply
	if m.Header.Type != "input_reply" || m.Read(&reply) != nil {
		k.log.Printf("message %q on stdin dropped", m.Header.Type)
		return
	}
	k.input.mu.Lock()
	defer k.input.mu.Unlock()
	parent := m.ParentID()
	if k.input.reply == nil || parent != "" && parent != k.input.id {
		return
	}
	k.input.reply(reply.Value, reply.Value != "\x04")
	k.input.reply = nil
}

// forget drops the question of a request that ended.
func (in *input) forget(r *request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.r == r {
		in.r, in.reply = nil, nil
	}
}
