package notebooks

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"graft/internal/batch"
	"graft/internal/notebook"
)

// lesson is what a test knows of a lesson.
type lesson struct {
	number int
	// shorter makes it fit a test: fewer and smaller pictures, fewer steps. Every call
	// of the lesson is still made.
	shorter *strings.Replacer
	// pictures are the calls that show one, in their order; lines are regular
	// expressions of whole lines that it prints, however short it is.
	pictures, lines []string
	// claims are what its text says of the numbers, which holds only in full length:
	// more lines, and what the test set said.
	claims  []string
	verdict func(t *testing.T, judged map[string]judgement)
}

// judgement is a line of the loop over the test set, at the end of a lesson.
type judgement struct{ accuracy, low, high, defective float64 }

// overlap is the claim that no two intervals are apart.
func overlap(t *testing.T, judged map[string]judgement) {
	t.Helper()
	for a, x := range judged {
		for b, y := range judged {
			if x.low > y.high {
				t.Errorf("%s is above %s: %v, %v", a, b, x, y)
			}
		}
	}
}

var lessons = []lesson{
	{
		number: 1,
		shorter: strings.NewReplacer(
			"Split(100, 200, 555)", "Split(24, 16, 16)",
			"Fit(30", "Fit(3",
			"Fit(12", "Fit(1",
			"ImageSize(160)", "ImageSize(64)",
		),
		pictures: []string{"cells.Health()", "m.Ledger()", "m.Fit(", "m.Confusion()", "m.TopLosses(", "again.Predict("},
		lines: []string{
			`frozen backbone, new head, 224 px +[01]\.\d{3}`, `last two stages unfrozen, 160 px +[01]\.\d{3}`,
			`from scratch, 160 px +[01]\.\d{3}`, `majority class +0\.\d{3}`,
		},
	},
	{
		number: 2,
		shorter: strings.NewReplacer(
			"Split(200, 300, 1000)", "Split(24, 16, 16)",
			"Fit(20", "Fit(3",
			"Fit(8", "Fit(1",
			"Fit(12, graft.Gradual(4)", "Fit(3, graft.Gradual(1)",
			"ImageSize(128)", "ImageSize(64)",
		),
		pictures: []string{"m.Ledger()", "rate := m.FindLR()", "m.Fit(", "slower := m.FindLR()", "graft.Gradual(", "m.Diff(", "m.Snapshots()"},
		lines: []string{
			`2,562 of 2,226,434 parameters are trainable`, `888,642 of 2,226,434 parameters are trainable`,
			`blocks\.6 .* trainable .* moved`, `blocks\.5 .* frozen .* unchanged`, // ledger
			`.*unfrozen head, 414,722 parameters trainable, .*unfrozen blocks\.6, 888,642 parameters trainable, executable reused.*`,
			`blocks\.5 +frozen +frozen +none`, `blocks\.6 +frozen +trainable +0\.\d+`, // Diff
			`Fit Freeze`, `head +[01]\.\d{3} .*`, `at once +[01]\.\d{3} .*`, `gradual +[01]\.\d{3} .*`,
		},
		claims:  []string{`epoch 3/3 .* cache 200/200`},
		verdict: overlap,
	},
	{
		number: 3,
		shorter: strings.NewReplacer(
			"Split(100, 300, 1000)", "Split(24, 16, 16)",
			"Fit(30", "Fit(5",
			"Fit(8", "Fit(1",
			"ImageSize(128)", "ImageSize(64)",
		),
		pictures: []string{"graft.Light()))", "graft.Strong()))", "graft.Views(4)", "graft.SampleBalanced()", "graft.FreshViews()", "graft.Mixup(", "m.Snapshots()"},
		lines: []string{
			`.*4 cached views: crop from 60 %, flip, rotate 5°, brightness 10 %.*`, `features: .*, 4 views; .*`,
			`.*classes drawn equally often.*`, `.*new views every epoch: .*`, `.*mixup 0\.4.*`,
			`plain +[01]\.\d{3} .*`, `views +[01]\.\d{3} .*`, `balanced +[01]\.\d{3} .*`, `tuned +[01]\.\d{3} .*`, `fresh +[01]\.\d{3} .*`, `mixup +[01]\.\d{3} .*`,
		},
		verdict: func(t *testing.T, judged map[string]judgement) {
			overlap(t, judged)
			// Of the heads on frozen features: what moves stages differs more from machine to machine.
			if d := judged["plain"].defective; judged["balanced"].defective <= d || judged["views"].defective >= d {
				t.Errorf("defective cells found: %v", judged)
			}
		},
	},
	{
		number: 4,
		shorter: strings.NewReplacer(
			"{20, 40, 1000, 1000}", "{24, 24, 16, 16}",
			"FineTune(5", "FineTune(1",
			"Fit(40", "Fit(3",
			"graft.L2SP(0.01, 0.01)", `graft.L2SP(0.01, 0.01), graft.Unfreeze(\"last 1\")`, // which takes less to compile
			"ImageSize(96)", "ImageSize(64)",
		),
		pictures: []string{"m.FineTune(5)", "m.Confusion()", `graft.Unfreeze("last 1")`, "graft.LR(2e-4)", "graft.L2SP(", "m.Fit(", "m.Use(more", "m.Snapshots()"},
		lines: []string{
			`guard against negative transfer: .*`, `.*L2-SP 0\.01.*`,
			`tuned +[01]\.\d{3} .*`, `freeze more +[01]\.\d{3} .*`, `head alone +[01]\.\d{3} .*`, `40 labels +[01]\.\d{3} .*`,
		},
		claims: []string{`transfer hurts: the tuned network has accuracy .*, worse than the linear probe .*transfer hurts the class defective .*`, `guard against negative transfer: transfer hurts`, `guard against negative transfer: transfer helps`},
		verdict: func(t *testing.T, judged map[string]judgement) {
			least := judged["tuned"].accuracy
			for _, better := range []string{"freeze more", "head alone", "40 labels"} {
				if judged[better].accuracy <= least {
					t.Errorf("%s does not undo the harm: %v", better, judged)
				}
			}
			if judged["40 labels"].low <= judged["tuned"].high {
				t.Errorf("more labels do not help: %v", judged)
			}
		},
	},
}

// text is the file of a lesson.
func (l lesson) text(t *testing.T) (name string, text []byte) {
	t.Helper()
	name, text, err := Lesson(l.number)
	if err != nil {
		t.Fatal(err)
	}
	return name, text
}

// run runs text as a notebook named name and returns what it prints and the notebook
// with its outputs.
func run(t *testing.T, name string, text []byte) (stdout, out string) {
	t.Helper()
	out = filepath.Join(t.TempDir(), name)
	var lines, stderr bytes.Buffer
	exit, err := batch.Run(context.Background(), batch.Options{File: name, Source: text, Out: out, Stdout: &lines, Stderr: &stderr})
	if exit != 0 || err != nil {
		t.Fatalf("exit %d, %v\n%s", exit, err, stderr.String())
	}
	return lines.String(), out
}

func TestShortLessons(t *testing.T) {
	for _, l := range lessons {
		name, text := l.text(t)
		t.Run(name, func(t *testing.T) {
			short := l.shorter.Replace(string(text))
			stdout, out := run(t, name, []byte(short))
			holds(t, stdout, l.lines)
			var calls []string
			for _, call := range l.pictures {
				calls = append(calls, l.shorter.Replace(call))
			}
			pictures(t, out, calls...)
		})
	}
}

// holds checks that each pattern is a line of text.
func holds(t *testing.T, text string, patterns []string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(`(?m)^` + p + `$`).MatchString(text) {
			t.Errorf("no line %q in\n%s", p, text)
		}
	}
}

// pictures checks that the calls in an executed notebook show what a person would look at.
func pictures(t *testing.T, file string, calls ...string) {
	t.Helper()
	nb, err := notebook.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range calls {
		found := false
		for _, c := range nb.Cells {
			for _, o := range c.Outputs {
				data, _ := o["data"].(map[string]any)
				found = found || strings.Contains(c.Source, call) && data["text/html"] != nil
			}
		}
		if !found {
			t.Errorf("%s shows no picture", call)
		}
	}
}
