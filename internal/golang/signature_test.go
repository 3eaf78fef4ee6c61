package golang

import (
	"slices"
	"strings"
	"testing"
)

// TestSignature marks the cursor with |; in the answer, the parameter at the cursor
// stands between brackets ⟨ and ⟩.
func TestSignature(t *testing.T) {
	in := assisted(t)
	in.mustEval(t, "func (p *Point) Move(dx, dy int, more ...string) (moved bool, err error) { return }")
	in.mustEval(t, "func apply[T, U any](xs []T, f func(T) U) []U { return nil }\ntwice := func(n int) int { return 2 * n }")
	in.mustEval(t, "type Shape interface{ Scale(by float64) Shape }\nvar shape Shape")
	for src, want := range map[string]string{
		"scale(|":                               "scale(⟨n int⟩) int",
		"scale(|)":                              "scale(⟨n int⟩) int",
		"scale(1|)":                             "scale(⟨n int⟩) int",
		"y := 2 * scale(len(points)|":           "scale(⟨n int⟩) int",
		"scale(len(|":                           "len(⟨v T⟩) int",
		"scale(len(points), |":                  "scale(n int) int",
		"scale(1)|":                             "",
		"strings.Repeat(\"a\", |":               "strings.Repeat(s string, ⟨count int⟩) string",
		"strings.Repeat(\"a, b|\", 2)":          "strings.Repeat(⟨s string⟩, count int) string",
		"strings.Repeat(\"a, (b":                "strings.Repeat(⟨s string⟩, count int) string",
		"strings.Repeat(`a\n(b|`":               "strings.Repeat(⟨s string⟩, count int) string",
		"strings.Repeat(',',|":                  "strings.Repeat(s string, ⟨count int⟩) string",
		"strings.Repeat(/* , */ |":              "strings.Repeat(⟨s string⟩, count int) string",
		"strings.Repeat( // one, two |":         "",
		"fmt.Printf(\"%d %d\", 1, scale(2), |":  "fmt.Printf(format string, ⟨a ...any⟩) (n int, err error)",
		"fmt.Printf(|":                          "fmt.Printf(⟨format string⟩, a ...any) (n int, err error)",
		"points[0].Move(1, |":                   "Move(dx int, ⟨dy int⟩, more ...string) (moved bool, err error)",
		"p := points[0]\np.Move(1, 2, \"a\", |": "p.Move(dx int, dy int, ⟨more ...string⟩) (moved bool, err error)",
		"shape.Scale(|":                         "shape.Scale(⟨by float64⟩) Shape",
		"now.Format(time.RFC|":                  "now.Format(⟨layout string⟩) string",
		"twice(|":                               "twice(⟨n int⟩) int",
		"func(a int, b string) {}(1, |":         "func(a int, ⟨b string⟩)",
		"apply(|":                               "apply[T any, U any](⟨xs []T⟩, f func(T) U) []U",
		"apply([]int{1, 2}, func(n int) string { return \"\" }|": "apply(xs []int, ⟨f func(int) string⟩) []string",
		"apply[int, string](|":                          "apply(⟨xs []int⟩, f func(int) string) []string",
		"apply([]Point{{1, 2}, {3, |":                   "apply[T any, U any](⟨xs []T⟩, f func(T) U) []U",
		"apply(nil, func(n int) { |":                    "",
		"apply(nil, func(n int) { scale(|":              "scale(⟨n int⟩) int",
		"apply(nil, func|":                              "apply[T any, U any](xs []T, ⟨f func(T) U⟩) []U",
		"slices.SortFunc(points, |":                     "slices.SortFunc(x []Point, ⟨cmp func(a Point, b Point) int⟩)",
		"if scale(|":                                    "scale(⟨n int⟩) int",
		"for i := 0; i < scale(|":                       "scale(⟨n int⟩) int",
		"for range scale(3|":                            "scale(⟨n int⟩) int",
		"if n := scale(2); n > scale(|":                 "scale(⟨n int⟩) int",
		"func f() {\n\tif scale(|":                      "scale(⟨n int⟩) int",
		"func f(k int) {\n\tswitch k {\n\tcase scale(|": "scale(⟨n int⟩) int",
		"func f(k int) {\n\tx := scale(k|)\n}":          "scale(⟨n int⟩) int",
		"go scale(|":                                    "scale(⟨n int⟩) int",
		"func f() {\n\tdefer scale(|":                   "scale(⟨n int⟩) int",
		"append(|":                                      "append(⟨slice []T⟩, elems ...T) []T",
		"append(points, points[0], |":                   "append(slice []T, ⟨elems ...T⟩) []T",
		"float64(|":                                     "",
		"(1 + |":                                        "",
		"(scale(1) + |":                                 "",
		"nothing(|":                                     "",
		"points[|":                                      "",
		"fmt.Println(scale(2), nothing(|":               "fmt.Println(⟨a ...any⟩) (n int, err error)",
		"texttest.Open(\"|":                             "texttest.Open(⟨name string⟩, more ...any) (int, error)",
		"scale(1 2|":                                    "scale(⟨n int⟩) int",
		"s := \"写真\"; strings.Repeat(s, |":              "strings.Repeat(s string, ⟨count int⟩) string",
		"func() { scale(1) }(|":                         "func()",
		"scale(x.|":                                     "scale(⟨n int⟩) int",
		")scale(|":                                      "",
	} {
		cursor := strings.IndexByte(src, '|')
		if cursor < 0 {
			cursor = len(src)
		}
		c, ok := in.Signature(strings.Replace(src, "|", "", 1), cursor)
		got := c.Text
		if c.End > c.Start {
			got = c.Text[:c.Start] + "⟨" + c.Text[c.Start:c.End] + "⟩" + c.Text[c.End:]
		}
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v\nwant %q", src, got, ok, want)
		}
	}
}

// Every beginning of a program has an answer, and none of them crashes.
func TestSignatureOfHalfTypedText(t *testing.T) {
	in := assisted(t)
	const text = "func f(xs []Point) (s string, err error) {\n\tfor i, p := range xs { switch q := any(p).(type) { case Point: s += fmt.Sprint(i, strings.Repeat(\"写, (\", q.Norm())) } }\n\treturn apply(xs[1:], func() { f(nil) }), nil\n}\nf([]Point{{X: 1}, {2, 3}})"
	for at := range len(text) + 1 {
		c, ok := in.Signature(text, at)
		if c.Start > c.End || c.End > len(c.Text) || ok != (c.Text != "") {
			t.Errorf("%q: %+v, %v", text[:at], c, ok)
		}
	}
}

// TestLoosely ranks proposals that only hold the letters, the closest first.
func TestLoosely(t *testing.T) {
	var list []Completion
	for _, name := range []string{"Println", "Sprintln", "Fprintln", "Printf", "mobilenet_v2.tv_in1k", "resnet18.a1_in1k", "LearningRate", "ImageClassifier", "ImageFolder", "trainLoss"} {
		list = append(list, Completion{Text: name})
	}
	for pattern, want := range map[string]string{
		"Prn":   "Printf Println",
		"pln":   "Println",
		"mnv2":  "mobilenet_v2.tv_in1k",
		"IC":    "ImageClassifier",
		"if":    "ImageFolder ImageClassifier",
		"lr":    "LearningRate",
		"rate":  "LearningRate",
		"Print": "Println Printf",
		"x":     "",
		"zz":    "",
	} {
		var got []string
		for _, c := range matching(list, pattern) {
			got = append(got, c.Text)
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %q, want %s", pattern, got, want)
		}
	}
}
