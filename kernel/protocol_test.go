package kernel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What the protocol asks and jupyter_kernel_test does not test.
func TestProtocol(t *testing.T) {
	l := start(t, local(t))
	for _, c := range []struct {
		name string
		run  func(*testing.T, *live)
	}{
		{"every request is answered", everyRequest},
		{"unknown messages end in idle", unknownMessages},
		{"control before queued shell", controlFirst},
		{"requests on control wait their turn", shellOnControl},
		{"silence", silence},
		{"expressions", expressions},
		{"reply's metadata", replyMetadata},
		{"aborted replies", abortedReplies},
		{"parents of late output", lateParents},
		{"history", historyOperations},
		{"inspect", inspectLevels},
		{"completion", completionTypes},
		{"clear_output", clearOutput},
		{"password", password},
	} {
		if !t.Run(c.name, func(t *testing.T) { l.t = t; c.run(t, l) }) {
			t.FailNow() // the kernel may be busy for ever: the others would wait for it in vain
		}
	}
}

func everyRequest(t *testing.T, l *live) {
	for kind, want := range map[string]string{
		"kernel_info_request": "ok", "execute_request": "ok", "is_complete_request": "complete", "complete_request": "ok",
		"inspect_request": "ok", "history_request": "ok", "comm_info_request": "ok", "connect_request": "ok", "interrupt_request": "ok",
		// What is not announced is refused in words.
		"debug_request": "error", "create_subshell_request": "error", "delete_subshell_request": "error", "list_subshell_request": "error",
	} {
		for _, via := range []*zconn{l.shell, l.control} {
			id := l.say(via, kind, map[string]any{"code": "1", "hist_access_type": "tail", "n": 1})
			a := l.reply(via, id)
			if a.Header.Type != strings.TrimSuffix(kind, "_request")+"_reply" || a.fields["status"] != want {
				t.Errorf("%s: %v", kind, a)
			}
			if got := strings.Fields(words(l.output(id))); got[0] != "busy" || got[len(got)-1] != "idle" {
				t.Errorf("%s: %v", kind, got)
			}
		}
	}
}

func unknownMessages(t *testing.T, l *live) {
	for _, kind := range []string{"made_up_request", "comm_msg", "comm_close"} {
		if got := words(l.output(l.say(l.shell, kind, map[string]any{"comm_id": "nope"}))); got != "busy idle" {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func controlFirst(t *testing.T, l *live) {
	running := l.say(l.shell, "execute_request", map[string]any{"code": `fmt.Println("on"); for { }`})
	for !strings.Contains(words([]answer{l.heard()}), "on") {
	}
	queued := l.say(l.shell, "kernel_info_request", nil)
	id := l.say(l.control, "kernel_info_request", nil)
	if a := l.reply(l.control, id); a.fields["status"] != "ok" {
		t.Errorf("on control: %v", a)
	}
	l.reply(l.control, l.say(l.control, "interrupt_request", nil))
	if a := l.read(l.shell); a.ParentID() != running || a.fields["ename"] != "Interrupt" {
		t.Errorf("the running cell: %v", a)
	}
	if a := l.read(l.shell); a.ParentID() != queued || a.fields["status"] != "ok" {
		t.Errorf("the queued request: %v", a)
	}
	l.output(queued)
}

// A cell on control must not keep interrupts out.
func shellOnControl(t *testing.T, l *live) {
	cell := l.say(l.control, "execute_request", map[string]any{"code": "for { }"})
	interrupt := ""
	for interrupt == "" {
		if a := l.heard(); a.ParentID() == cell && a.Header.Type == "execute_input" {
			interrupt = l.say(l.control, "interrupt_request", nil)
		}
	}
	if a := l.read(l.control); a.ParentID() != interrupt || a.fields["status"] != "ok" {
		t.Errorf("first reply: %v", a)
	}
	if a := l.read(l.control); a.ParentID() != cell || a.fields["ename"] != "Interrupt" {
		t.Errorf("second reply: %v", a)
	}
	l.output(cell)
}

func silence(t *testing.T, l *live) {
	a, out := l.cell("panic(1)", "silent", true)
	if a.fields["status"] != "error" || words(out) != "busy idle" {
		t.Errorf("silent failure: %v, %s", a, words(out))
	}
	// It does not abort what waits, and native output still finds the last cell.
	l.cell(`raw := os.NewFile(1, "raw")`)
	_, seen := l.cell(`go func() { time.Sleep(200 * time.Millisecond); raw.WriteString("late\n") }()`)
	first := l.say(l.shell, "execute_request", map[string]any{"code": "panic(1)", "silent": true})
	second := l.say(l.shell, "execute_request", map[string]any{"code": "time.Sleep(time.Second)", "silent": true})
	if a := l.reply(l.shell, first); a.fields["status"] != "error" {
		t.Errorf("first: %v", a)
	}
	if a := l.reply(l.shell, second); a.fields["status"] != "ok" {
		t.Errorf("behind a silent failure: %v", a)
	}
	for {
		a := l.heard()
		if a.Header.Type == "stream" {
			if a.ParentID() != seen[0].ParentID() || a.fields["text"] != "late\n" {
				t.Errorf("native output: %v", a)
			}
			break
		}
		if a.ParentID() == second && a.fields["execution_state"] == "idle" {
			t.Fatal("native output was lost beside a silent cell")
		}
	}
	l.output(second)
}

func expressions(t *testing.T, l *live) {
	a, out := l.cell("7", "user_expressions", map[string]any{"say": `func() int { fmt.Print("said"); return 3 }()`, "bad": "nope"})
	got := fmt.Sprint(a.fields["user_expressions"])
	if !strings.Contains(got, "text/plain:3") || !strings.Contains(got, "status:error") {
		t.Errorf("expressions: %s", got)
	}
	if got := words(out); got != `busy execute_input execute_result stdout="said" idle` {
		t.Errorf("output: %s", got)
	}
	_, out = l.cell("7", "silent", true, "user_expressions", map[string]any{"say": `fmt.Sprint(fmt.Print("said"))`})
	if got := words(out); got != "busy idle" {
		t.Errorf("silent output: %s", got)
	}
}

func replyMetadata(t *testing.T, l *live) {
	for code, status := range map[string]string{"1": "ok", "panic(1)": "error"} {
		a, out := l.cell(code)
		m := meta(a)
		started, _ := m["started"].(string)
		if m["status"] != status || len(started) != len(a.Header.Date) || started > a.Header.Date || started < "2" {
			t.Errorf("%s: metadata %v of %s", code, m, a.Header.Date)
		}
		if out[1].fields["code"] != code {
			t.Errorf("echo: %v", out[1])
		}
	}
}

func abortedReplies(t *testing.T, l *live) {
	l.say(l.shell, "execute_request", map[string]any{"code": "panic(1)"})
	second := l.say(l.shell, "execute_request", map[string]any{"code": "1"})
	a := l.reply(l.shell, second)
	if a.fields["status"] != "aborted" || a.fields["execution_count"] == nil {
		t.Errorf("aborted: %v", a)
	}
	if got := words(l.output(second)); got != "busy idle" {
		t.Errorf("output: %s", got)
	}
}

// Whatever a goroutine of an earlier cell prints with appears under its cell.
func lateParents(t *testing.T, l *live) {
	calls := []string{
		`fmt.Println("late")`, `log.Print("late")`, `println("late")`, `fmt.Fprintln(os.Stdout, "late")`,
		`os.Stderr.WriteString("late")`, `slog.Info("late")`, `log.New(os.Stdout, "", 0).Print("late")`,
	}
	l.cell("import \"log/slog\"\ngoOn := make(chan bool)")
	pending := map[string]string{}
	for _, call := range calls {
		_, out := l.cell("go func() { <-goOn; " + call + " }()")
		pending[out[0].ParentID()] = call
	}
	other := l.say(l.shell, "execute_request", map[string]any{"code": "close(goOn); time.Sleep(5*time.Second)"})
	for len(pending) > 0 {
		a := l.heard()
		if a.Header.Type == "stream" {
			delete(pending, a.ParentID())
		}
		if a.ParentID() == other && (a.Header.Type == "stream" || a.fields["execution_state"] == "idle") {
			t.Fatalf("%v, while these are missing under their cells: %v", a, pending)
		}
	}
	l.reply(l.control, l.say(l.control, "interrupt_request", nil))
	l.output(other)
}

func historyOperations(t *testing.T, l *live) {
	l.cell("h1 := 1")
	l.cell("h1")
	l.cell("h1")
	sources := func(content map[string]any) string {
		a := l.ask("history_request", content)
		list, _ := a.fields["history"].([]any)
		var all []string
		for _, e := range list {
			all = append(all, fmt.Sprint(e.([]any)[2]))
		}
		return strings.Join(all, "|")
	}
	for _, c := range []struct {
		ask  map[string]any
		want string
	}{
		{map[string]any{"hist_access_type": "tail", "n": 2}, "h1|h1"},
		{map[string]any{"hist_access_type": "tail", "n": 2, "output": true}, "[h1 1]|[h1 1]"},
		{map[string]any{"hist_access_type": "search", "pattern": "h1*", "unique": true}, "h1 := 1|h1"},
		{map[string]any{"hist_access_type": "search", "pattern": "h1*", "n": 2}, "h1|h1"},
		{map[string]any{"hist_access_type": "search", "pattern": "h1*", "unique": true, "n": 1}, "h1"},
		{map[string]any{"hist_access_type": "search", "pattern": "no such*"}, ""},
		{map[string]any{"hist_access_type": "range", "session": 0, "start": 1, "stop": 2}, "1"},
	} {
		if got := sources(c.ask); got != c.want {
			t.Errorf("%v: %q, want %q", c.ask, got, c.want)
		}
	}
	if a := l.ask("history_request", map[string]any{"hist_access_type": "all"}); a.fields["status"] != "error" {
		t.Errorf("unknown access: %v", a)
	}
}

func inspectLevels(t *testing.T, l *live) {
	l.cell("// twice doubles.\nfunc twice(n int) int { return 2 * n }")
	for level, has := range []bool{false, true} {
		a := l.ask("inspect_request", map[string]any{"code": "twice", "cursor_pos": 5, "detail_level": level})
		text := fmt.Sprint(a.fields["data"])
		if a.fields["found"] != true || !strings.Contains(text, "twice doubles") || strings.Contains(text, "return 2 * n") != has {
			t.Errorf("level %d: %v", level, a)
		}
	}
	if a := l.ask("inspect_request", map[string]any{"code": "nothere"}); a.fields["found"] != false || a.fields["status"] != "ok" {
		t.Errorf("unknown name: %v", a)
	}
}

func completionTypes(t *testing.T, l *live) {
	a := l.ask("complete_request", map[string]any{"code": "strings.ToUpp"})
	types, _ := a.fields["metadata"].(map[string]any)["_jupyter_types_experimental"].([]any)
	matches := a.fields["matches"].([]any)
	if len(types) != len(matches) || len(types) == 0 {
		t.Fatalf("types: %v", a)
	}
	first := types[0].(map[string]any)
	if first["text"] != matches[0] || first["type"] != "function" || first["start"] != 8.0 || first["end"] != 13.0 || !strings.HasPrefix(first["signature"].(string), "func") {
		t.Errorf("first: %v", first)
	}
}

func clearOutput(t *testing.T, l *live) {
	for code, wait := range map[string]bool{":clear": false, ":clear wait": true} {
		_, out := l.cell(code)
		i := slices.IndexFunc(out, func(a answer) bool { return a.Header.Type == "clear_output" })
		if i < 0 || out[i].fields["wait"] != wait {
			t.Errorf("%s: %v", code, out)
		}
	}
}

func password(t *testing.T, l *live) {
	id := l.say(l.shell, "execute_request", map[string]any{"code": ":password token Your token\nlen(token)", "allow_stdin": true})
	q := l.read(l.stdin)
	if q.Header.Type != "input_request" || q.fields["password"] != true || q.fields["prompt"] != "Your token: " || q.ParentID() != id {
		t.Fatalf("question: %v", q)
	}
	l.say(l.stdin, "input_reply", map[string]any{"value": "s3cret\"x"})
	if a := l.reply(l.shell, id); a.fields["status"] != "ok" {
		t.Errorf("reply: %v", a)
	}
	if got := l.output(id); !strings.Contains(fmt.Sprint(got), "text/plain:8") {
		t.Errorf("output: %v", got)
	}
	a := l.ask("history_request", map[string]any{"hist_access_type": "search", "pattern": "*s3cret*"})
	if len(a.fields["history"].([]any)) != 0 {
		t.Errorf("the secret is in the history: %v", a)
	}
}
