package notebook

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"graft/internal/session/event"
	"graft/lib/display"
)

const lesson = `{"nbformat":4,"nbformat_minor":5,"metadata":{"colab":{"x":[1,2]},"kernelspec":{"name":"graft"}},"extra":"<kept>",
"cells":[
 {"cell_type":"markdown","id":"a","metadata":{"tags":["t"]},"source":["# Title\n","text"],"attachments":{"i.png":{}}},
 {"cell_type":"code","id":"b","metadata":{"slideshow":{"y":1}},"source":"x := 3\nx","execution_count":7,"outputs":[{"output_type":"stream","name":"stdout","text":"old"}]},
 {"cell_type":"raw","id":"c","metadata":{},"source":[]}
]}`

func TestRoundTripKeepsUnknownFields(t *testing.T) {
	nb, err := Parse([]byte(lesson))
	if err != nil {
		t.Fatal(err)
	}
	if c := nb.Cells[1]; c.Source != "x := 3\nx" || c.Count != 7 || len(c.Outputs) != 1 {
		t.Errorf("code cell: %+v", c)
	}
	out, err := nb.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"<kept>"`, `"colab"`, `"attachments"`, `"slideshow"`, `"# Title\n"`, "\n \"cells\": [\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%s is lost in:\n%s", want, out)
		}
	}
	again, err := Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := again.Encode()
	if string(second) != string(out) {
		t.Error("encoding is not stable")
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "not JSON",
		`{"cells":[]}`:                "format missing",
		`{"nbformat":3,"cells":[]}`:   "format 3",
		`{"nbformat":4,"cells":{}}`:   "cells",
		`{"nbformat":4,"cells":[{}]}`: "cell 1: no cell_type",
		`{"nbformat":4,"cells":[1]}`:  "cells",
		`{"nbformat":4,"cells":[{"cell_type":"code","source":3}]}`: "cell 1: source",
	} {
		if _, err := Parse([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
}

// A line that looks like a mark is none inside a raw string or a block comment, and
// cells that hold such lines come back from a file.
func TestMarksThatAreNone(t *testing.T) {
	const tick = "`"
	cells := []string{
		"x := " + tick + "one\n//%%\ntwo" + tick + "\ny := 2",
		"/* a\n//%% b\n*/ z := " + tick + "\n// %%\n" + tick + " // " + tick + "\nz",
		"s := \"" + tick + "/*\" // " + tick + " /*\nc := '" + tick + "'; d := '\\''; e := \"\\\"" + tick + "\"",
		"!echo " + tick + "date\n:help " + tick,
		"a := " + tick + tick + "; b := /**/ " + tick + tick + "\n// it's a " + tick,
	}
	var nb Notebook
	for _, c := range cells {
		nb.Cells = append(nb.Cells, &Cell{Kind: Code, Source: c}, &Cell{Kind: Markdown, Source: "it's " + tick + "code" + tick + " /*"})
	}
	got := Split(nb.Text())
	if len(got.Cells) != len(nb.Cells) {
		t.Fatalf("%d cells of %d in\n%s", len(got.Cells), len(nb.Cells), nb.Text())
	}
	for i, c := range got.Cells {
		if c.Source != nb.Cells[i].Source {
			t.Errorf("cell %d: %q, want %q", i, c.Source, nb.Cells[i].Source)
		}
	}
}

// A raw string that never ends, which is a slip, leaves the cells after it alone; lines
// of a cell that are marks to the eye stay in the cell.
func TestMarksThatAreOne(t *testing.T) {
	if n := len(Split("x := `\n//%%\ny := \"'\"\n//%%\n/* z\n//%%\n").Cells); n != 4 {
		t.Errorf("%d cells, want 4", n)
	}
	nb := Notebook{Cells: []*Cell{{Kind: Code, Source: "x := 1\n//%% a title\nx"}, {Kind: Markdown, Source: "one\n%% two"}}}
	got := Split(nb.Text())
	if len(got.Cells) != 2 || got.Cells[0].Source != "x := 1\n //%% a title\nx" || got.Cells[1].Source != "one\n %% two" {
		t.Errorf("%q", nb.Text())
	}
}

func TestSplit(t *testing.T) {
	nb := Split("x := 1\r\n//%% a title\ny := 2\ny\n\n// %% [markdown]\n// # Words\n//\n// more\n//%%\n")
	want := []Cell{
		{Kind: Code, Source: "x := 1", Line: 1},
		{Kind: Code, Source: "y := 2\ny", Line: 3},
		{Kind: Markdown, Source: "# Words\n\nmore", Line: 7},
		{Kind: Code, Source: "", Line: 11},
	}
	if len(nb.Cells) != len(want) {
		t.Fatalf("%d cells", len(nb.Cells))
	}
	for i, c := range nb.Cells {
		if !reflect.DeepEqual(*c, want[i]) {
			t.Errorf("cell %d: %+v, want %+v", i, *c, want[i])
		}
	}
	if n := len(Split("").Cells); n != 0 {
		t.Errorf("an empty file has %d cells", n)
	}
}

func TestIsProgram(t *testing.T) {
	for src, want := range map[string]bool{
		"package main\nfunc main() {}": true, "// c\n/* package */\n\npackage main": true, "#!/usr/bin/env graft\npackage main": true,
		"x := 1": false, "packages := 3": false, "// package main\nx": false, "": false, "/* package main": false, "package": false,
	} {
		if IsProgram(src) != want {
			t.Errorf("%q: %v", src, !want)
		}
	}
}

// What a cell has cleared is kept by nobody, as a loop that shows and clears pictures
// goes on for hours; a display of the same ID in another cell is still updated.
func TestClearedIsForgotten(t *testing.T) {
	ids := map[string][]Output{}
	show := func(id, text string) event.Show {
		b := display.Plain(text)
		b.ID = id
		return event.Show{Bundle: b}
	}
	first, second := &Cell{Kind: Code}, &Cell{Kind: Code}
	first.Record(ids).Add(show("shared", "one"))
	r := second.Record(ids)
	for _, wait := range []bool{false, true} {
		r.Add(show("shared", "one"))
		r.Add(show("own", "one"))
		r.Add(event.ClearOutput{Wait: wait})
		r.Add(event.Stream{Name: "stdout", Text: "printed"})
		r.Add(event.Update{Bundle: show("own", "two").Bundle})
		r.Add(event.Update{Bundle: show("shared", "two").Bundle})
		if len(ids) != 1 || len(ids["shared"]) != 1 || len(second.Outputs) != 1 {
			t.Errorf("wait %v: kept %v, outputs %v", wait, ids, second.Outputs)
		}
	}
	if got := fmt.Sprintf("%s", first.Outputs[0]["data"]); !strings.Contains(got, "two") {
		t.Errorf("the display of the other cell: %s", got)
	}
}

func TestRecorder(t *testing.T) {
	c := &Cell{Kind: Code}
	r := c.Record(map[string][]Output{})
	live := display.Plain("epoch 1")
	live.ID, live.Metadata = "fit", map[string]any{display.LineKey: "line"}
	r.Add(event.Show{Bundle: live})
	r.Add(event.Stream{Name: "stdout", Text: "a\nb"})
	r.Add(event.Stream{Name: "stdout", Text: "c\n"})
	live.Data = map[string]any{display.Text: "epoch 2", display.Terminal: "\x1b[1m", display.PNG: []byte("png")}
	r.Add(event.Update{Bundle: live})
	r.Add(event.Result{Count: 4, Bundle: display.Plain("7")})
	r.Add(event.Error{Name: "Panic", Value: "boom", Traceback: []string{"x"}})
	got, err := json.Marshal(c.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"data":{"image/png":"cG5n","text/plain":"epoch 2"},"metadata":{},"output_type":"display_data"},` +
		`{"name":"stdout","output_type":"stream","text":["a\n","bc\n"]},` +
		`{"data":{"text/plain":"7"},"execution_count":4,"metadata":{},"output_type":"execute_result"},` +
		`{"ename":"Panic","evalue":"boom","output_type":"error","traceback":["x"]}]`
	if string(got) != want {
		t.Errorf("outputs:\n%s\nwant:\n%s", got, want)
	}
	r.Add(event.ClearOutput{Wait: true})
	r.Add(event.Stream{Name: "stderr", Text: "new"})
	if len(c.Outputs) != 1 || c.Count != 4 {
		t.Errorf("after clear: %v", c.Outputs)
	}
}

func TestWriteIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.ipynb")
	nb := Split("1\n//%%\n2")
	if err := nb.Write(path); err != nil {
		t.Fatal(err)
	}
	back, err := Read(path)
	if err != nil || len(back.Cells) != 2 || back.Cells[1].Source != "2" {
		t.Errorf("%+v, %v", back, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("files left: %v", left)
	}
	if err := nb.Write(filepath.Join(t.TempDir(), "no", "dir.ipynb")); err == nil {
		t.Error("writing into a missing folder succeeded")
	}
}

func TestControlsAreSavedAsText(t *testing.T) {
	c := &Cell{}
	b := display.Plain("Stop: not pressed (button)")
	b.Data[display.Widget] = map[string]string{"model_id": "gone with its kernel"}
	r := c.Record(map[string][]Output{})
	r.Add(event.Show{Bundle: b})
	r.Add(event.Result{Bundle: b})
	raw, err := json.Marshal(c.Outputs)
	if err != nil || strings.Contains(string(raw), "model_id") || strings.Count(string(raw), "not pressed") != 2 {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestTextIsWhatSplitReads(t *testing.T) {
	nb := &Notebook{Cells: []*Cell{
		{Kind: Code, Source: "x := 1\n"}, {Kind: Markdown, Source: "# Words\n\nmore"}, {Kind: Raw, Source: "gone"}, {Kind: Code, Source: ":vars\ny := `a\n\nb`"},
	}}
	const want = "//%%\nx := 1\n\n//%% [markdown]\n// # Words\n//\n// more\n\n//%%\n:vars\ny := `a\n\nb`\n"
	if got := nb.Text(); got != want {
		t.Errorf("%q", got)
	}
	var got []string
	for _, c := range Split(nb.Text()).Cells {
		got = append(got, c.Kind+" "+c.Source)
	}
	if want := []string{"code x := 1", "markdown # Words\n\nmore", "code :vars\ny := `a\n\nb`"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}
