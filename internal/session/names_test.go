package session

import (
	"slices"
	"strings"
	"testing"

	"graft/internal/golang"
)

// TestNamesInStrings marks the cursor with |.
func TestNamesInStrings(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	for src, want := range map[string]string{
		`m := graft.ImageClassifier("mob|", train)`:         "mobilenet_v2.tv_in1k",
		`m, err := graft.ImageRegressor("res|`:              "resnet18",
		`cells := graft.Dataset("e|")`:                      "elpv",
		`d, err := data.Load(context.Background(), "elp|")`: "elpv",
		`p, err := preset.Lookup("tf_|")`:                   "tf_efficientnet_lite0.in1k",
		`x := graft.ImageFolder("test|")`:                   "testdata/",
	} {
		cursor := strings.IndexByte(src, '|')
		list, start, end := s.Complete(strings.Replace(src, "|", "", 1), cursor)
		if !slices.ContainsFunc(list, func(c golang.Completion) bool {
			return c.Text == want && c.Type != "" || c.Kind == "folder" && c.Text == want
		}) {
			t.Errorf("%s: %v", src, list)
		}
		if end != cursor || src[start-1] != '"' {
			t.Errorf("%s: replaces [%d:%d]", src, start, end)
		}
	}
}
