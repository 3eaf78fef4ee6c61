package repl

import (
	"context"
	"strings"

	"graft/internal/session"
	"graft/internal/session/event"
	"graft/repl/render"
)

// pastCells is how many cells of earlier sessions the arrow keys reach.
const pastCells = 2000

// live is the engine that users get: a session.
type live struct {
	s     *session.Session
	lines bool // there is no screen: every line of a fit is wanted
}

// openSession starts a session; its interpreter gets ready in the background.
func (o Options) openSession(drain func()) (engine, error) {
	return live{session.New(session.Options{Drain: drain, Tree: o.Tree}), !interactive(o)}, nil
}

func (l live) Execute(ctx context.Context, code string, emit func(any)) outcome {
	req := session.Request{Code: code, Store: true, Ask: true, Lines: l.lines, Set: func(ctx context.Context, name, value string) (string, error) {
		return set(ctx, name, value, emit)
	}}
	res := l.s.Execute(ctx, req, func(e event.Event) {
		if msg := message(e); msg != nil {
			emit(msg)
		}
	})
	return outcome{failed: res.Err != nil, elapsed: res.Elapsed}
}

// set asks the front end to change a setting, and waits for its answer.
func set(ctx context.Context, name, value string, emit func(any)) (now string, err error) {
	type answer struct {
		now string
		err error
	}
	got := make(chan answer, 1)
	emit(setting{name, value, func(now string, err error) { got <- answer{now, err} }})
	select {
	case a := <-got:
		return a.now, a.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// message is the front end's form of an event, nil for those it has no use for.
func message(e event.Event) any {
	switch e := e.(type) {
	case event.Stream:
		return streamed{e.Name, e.Text}
	case event.Show:
		return shown{e.Bundle}
	case event.Update:
		return updated{e.Bundle}
	case event.Result:
		return resulted{e.Count, e.Bundle}
	case event.Page:
		return paged{e.Bundle}
	case event.Error:
		return erred{strings.Join(e.Traceback, "\n")}
	case event.ClearOutput:
		return cleared{e.Wait}
	case event.Input:
		return asked{e.Prompt, e.Secret, e.Reply}
	}
	return nil
}

func (l live) IsComplete(code string) (status, indent string) {
	s, indent := l.s.IsComplete(code)
	return string(s), indent
}

func (l live) Complete(code string, cursor int) (list []choice, start, end int) {
	found, start, end := l.s.Complete(code, cursor)
	for _, c := range found {
		list = append(list, choice{c.Text, c.Kind, c.Type})
	}
	return list, start, end
}

func (l live) Inspect(code string, cursor, level int) (render.Help, bool) {
	d, ok := l.s.Describe(code, cursor, level)
	return render.Help{Signature: d.Signature, Doc: d.Doc, Source: d.Source}, ok
}

func (l live) Signature(code string, cursor int) (call, bool) {
	c, ok := l.s.Signature(code, cursor)
	return call{c.Text, c.Start, c.End}, ok
}

func (l live) History() ([]string, error) {
	store := l.s.History()
	entries, _ := store.Tail(pastCells) // without them the prompt works all the same
	var cells []string
	for _, e := range entries {
		cells = append(cells, e.Source)
	}
	return cells, store.Trouble()
}

func (l live) Interrupt()                        { l.s.Interrupt() }
func (l live) Native(stream string, text []byte) { l.s.Native(stream, text) }
func (l live) Count() int                        { return l.s.Count() }
func (l live) Close() error                      { return l.s.Close() }
