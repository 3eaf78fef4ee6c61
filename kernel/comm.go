package kernel

import (
	"context"
	"strings"

	"graft/kernel/widget"
	"graft/kernel/wire"
)

// beside reports whether a request on shell is served while a cell runs: what
// moves the controls that the cell looks at.
func beside(kind string) bool {
	return strings.HasPrefix(kind, "comm_") && !strings.HasSuffix(kind, "_request")
}

// sender publishes comm messages as a consequence of r.
func (k *server) sender(r *request) widget.Send {
	return func(m widget.Message) {
		msg := wire.Message{
			Peers: [][]byte{[]byte(m.Kind)}, Header: wire.NewHeader(m.Kind, k.id, k.user), Meta: m.Meta,
			Content: wire.CommOut{ID: m.ID, Target: m.Target, Data: m.Data},
		}
		if r != nil {
			msg.Parent = r.msg.RawHeader()
		}
		frames, err := k.key.Encode(msg)
		if err != nil {
			k.log.Printf("%s dropped: %v", m.Kind, err)
			return
		}
		k.iopub.Send(frames, false)
	}
}

// pushWidget publishes what a cell changed, as a consequence of the last cell:
// clients that run notebooks listen to nothing else.
func (k *server) pushWidget(m widget.Message) { k.sender(k.latest.Load())(m) }

func (k *server) commInfo(_ context.Context, r *request) error {
	var req wire.CommInfoRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	k.reply(r, wire.CommInfoReply{Status: "ok", Comms: k.widgets.Info(req.Target)})
	return nil
}

// comm takes a comm message of a front end. It has no reply, so that what is wrong
// with it is logged.
func (k *server) comm(_ context.Context, r *request) error {
	var comm wire.Comm
	err := r.msg.Read(&comm)
	switch kind := r.msg.Header.Type; {
	case err != nil || comm.ID == "":
		k.log.Printf("%s without a comm_id ignored: %v", kind, err)
		return nil
	case kind == "comm_open":
		k.widgets.Open(comm.ID, comm.Target, k.sender(r))
	case kind == "comm_close":
		k.widgets.Close(comm.ID)
	default:
		err = k.widgets.Message(comm.ID, comm.Data, k.sender(r))
	}
	if err != nil {
		k.log.Printf("%s: %v", r.msg.Header.Type, err)
	}
	return nil
}
