package kernel

import (
	"context"
	"maps"
	"slices"
	"time"

	"graft/internal/session"
	"graft/internal/session/event"
	"graft/kernel/wire"
	"graft/lib/display"
)

// execute runs a cell: echo, output, reply. Cells that wait behind one that
// failed are answered "aborted".
func (k *server) execute(ctx context.Context, r *request) error {
	ran := wire.ExecuteMeta{Started: wire.Date(time.Now()), Engine: k.id, Met: true}
	done := func(status string, content any) {
		ran.Status = status
		k.replyWith(r, content, ran)
	}
	if r.aborted {
		done("aborted", wire.ExecuteAborted{Status: "aborted", Count: k.cells.Count()})
		return nil
	}
	var req wire.ExecuteRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	k.latest.Store(r)
	out := &cellOutput{k: k, r: r}
	ask := asked(req)
	if !req.Silent {
		// Who sees the echo may interrupt the cell.
		ask.Began = func(count int) {
			k.publish(wire.ExecuteInput{Code: req.Code, Count: count}, "execute_input", r)
			k.early.tell(out)
		}
	}
	res := k.cells.Execute(ctx, ask, out.handle)
	k.input.forget(r)
	if res.Err == nil {
		done("ok", wire.ExecuteReply{Status: "ok", Count: res.Count, Payload: out.payload(), Expressions: k.expressions(ctx, req, out)})
		return nil
	}
	// Front ends look at things with silent cells; that one of them fails is
	// nothing to the user's.
	if wire.Defaulted(req.StopOnError, true) && !req.Silent {
		k.queue.abort(ctx, r)
	}
	done("error", wire.ExecuteFailure{Failure: told(*res.Error, "error"), Count: res.Count, Payload: out.payload()})
	return nil
}

func asked(req wire.ExecuteRequest) session.Request {
	return session.Request{
		Code: req.Code, Silent: req.Silent,
		Store: wire.Defaulted(req.StoreHistory, true),
		Ask:   wire.Defaulted(req.AllowStdin, true),
	}
}

// expressions evaluates what a front end wants to know after a cell, in the order
// of the names: JSON has none. What they print is output of the cell.
func (k *server) expressions(ctx context.Context, req wire.ExecuteRequest, cell *cellOutput) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(req.UserExpressions)) {
		var value any = wire.Failure{Status: "error", Name: "NoValue", Value: "the expression has no value", Traceback: []string{}}
		k.cells.Execute(ctx, session.Request{Code: req.UserExpressions[name], Name: "expression " + name}, func(e event.Event) {
			switch e := e.(type) {
			case event.Result:
				data, meta := event.JSON(e.Bundle)
				value = map[string]any{"status": "ok", "data": data, "metadata": meta}
			case event.Error:
				value = told(e, "error")
			default:
				if !req.Silent {
					cell.handle(e)
				}
			}
		})
		out[name] = value
	}
	return out
}

// cellOutput turns the events of one cell into messages. It lives on for the
// goroutines that the cell leaves behind: their output keeps its parent.
type cellOutput struct {
	k     *server
	r     *request
	pages []wire.Payload
}

func (o *cellOutput) handle(e event.Event) {
	switch e := e.(type) {
	case event.Stream:
		o.k.publish(wire.Stream{Name: e.Name, Text: e.Text}, "stream", o.r)
	case event.Show:
		o.k.widgets.Show(e.Bundle, o.k.sender(o.r))
		o.k.publish(shown(e.Bundle, 0), "display_data", o.r)
	case event.Update:
		o.k.publish(shown(e.Bundle, 0), "update_display_data", o.r)
	case event.Result:
		o.k.widgets.Show(e.Bundle, o.k.sender(o.r))
		o.k.publish(shown(e.Bundle, e.Count), "execute_result", o.r)
	case event.ClearOutput:
		o.k.publish(wire.ClearOutput{Wait: e.Wait}, "clear_output", o.r)
	case event.Error:
		o.k.publish(told(e, ""), "error", o.r)
	case event.Page:
		data, _ := event.JSON(e.Bundle)
		o.pages = append(o.pages, wire.Payload{Source: "page", Data: data})
	case event.Input:
		o.k.askInput(o.r, e)
	}
}

func (o *cellOutput) payload() []wire.Payload {
	if o.pages == nil {
		return []wire.Payload{}
	}
	return o.pages
}

func shown(b display.Bundle, count int) wire.Display {
	data, meta := event.JSON(b)
	d := wire.Display{Count: count, Data: data, Meta: meta, Transient: map[string]any{}}
	if b.ID != "" {
		d.Transient["display_id"] = b.ID
	}
	return d
}

// told colours the name of an error red; notebooks read terminal colours here.
func told(e event.Error, status string) wire.Failure {
	f := wire.Failure{Status: status, Name: e.Name, Value: e.Value, Traceback: append([]string{}, e.Traceback...)}
	if len(f.Traceback) > 0 {
		f.Traceback[0] = "\x1b[31m" + e.Name + "\x1b[0m " + f.Traceback[0]
	}
	return f
}
