package kernel

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"graft/internal/session/event"
	"graft/internal/session/history"
	"graft/kernel/wire"
)

func (k *server) kernelInfo(_ context.Context, r *request) error {
	version := strings.TrimPrefix(runtime.Version(), "go")
	k.reply(r, wire.KernelInfo{
		Status: "ok", Protocol: wire.Version, Implementation: "graft", ImplementationV: k.opts.Version,
		Language: wire.LanguageInfo{Name: "go", Version: version, MIME: "text/x-go", Extension: ".go", Lexer: "go", CodeMirror: "go", Exporter: "script"},
		Banner:   fmt.Sprintf("graft %s: transfer learning in Go %s, step by step. name? for help on a name, :help for commands.", k.opts.Version, version),
		HelpLinks: []wire.HelpLink{
			{Text: "Go", URL: "https://go.dev/doc/"},
			{Text: "GoMLX", URL: "https://github.com/gomlx/gomlx"},
		},
		Features: []string{},
	})
	return nil
}

func (k *server) isComplete(_ context.Context, r *request) error {
	var req wire.CodeRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	status, indent := k.cells.IsComplete(req.Code)
	k.reply(r, wire.IsCompleteReply{Status: string(status), Indent: indent})
	return nil
}

// kinds are the interpreter's kinds of names as Jupyter calls them.
var kinds = map[string]string{
	"func": "function", "method": "function", "field": "property", "var": "instance",
	"const": "instance", "type": "class", "package": "module", "keyword": "keyword", "command": "magic",
	"text": "text", "file": "path", "folder": "path",
}

func (k *server) complete(_ context.Context, r *request) error {
	var req wire.CursorRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	cursor, unit := k.units.Cursor(r.msg.Header.Session, req.Code, req.CursorPos)
	list, from, to := k.cells.Complete(req.Code, cursor)
	reply := wire.CompleteReply{
		Status: "ok", Matches: []string{}, Meta: map[string]any{},
		Start: wire.Position(req.Code, from, unit), End: wire.Position(req.Code, to, unit),
	}
	types := []map[string]any{}
	for _, c := range list {
		reply.Matches = append(reply.Matches, c.Text)
		types = append(types, map[string]any{"start": reply.Start, "end": reply.End, "text": c.Text, "type": kinds[c.Kind], "signature": c.Type})
	}
	reply.Meta["_jupyter_types_experimental"] = types
	k.reply(r, reply)
	return nil
}

func (k *server) inspect(_ context.Context, r *request) error {
	var req wire.CursorRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	cursor, _ := k.units.Cursor(r.msg.Header.Session, req.Code, req.CursorPos)
	reply := wire.InspectReply{Status: "ok", Data: map[string]any{}, Meta: map[string]any{}}
	if b, ok := k.cells.Inspect(req.Code, cursor, req.Detail); ok {
		reply.Found = true
		reply.Data, reply.Meta = event.JSON(b)
	}
	k.reply(r, reply)
	return nil
}

func (k *server) history(_ context.Context, r *request) error {
	var req wire.HistoryRequest
	if err := r.msg.Read(&req); err != nil {
		return err
	}
	list, err := past(k.cells.History(), req)
	if err != nil {
		return err
	}
	reply := wire.HistoryReply{Status: "ok", History: [][3]any{}}
	for _, e := range list {
		entry := [3]any{e.Session, e.Line, e.Source}
		if req.Output {
			entry[2] = [2]any{e.Source, orNull(e.Output)}
		}
		reply.History = append(reply.History, entry)
	}
	k.reply(r, reply)
	return nil
}

func past(h *history.Store, req wire.HistoryRequest) ([]history.Entry, error) {
	switch req.Access {
	case "tail":
		return h.Tail(max(0, req.N))
	case "range":
		return h.Range(req.Session, req.Start, req.Stop)
	case "search":
		return h.Search(req.Pattern, req.N, req.Unique)
	}
	return nil, fmt.Errorf("kernel: hist_access_type %q (want tail, range or search)", req.Access)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
