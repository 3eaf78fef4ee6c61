package session

import (
	"strings"
	"testing"
	"time"
)

// TestLatePanicHasItsPlace panics in a goroutine after its cell has ended.
func TestLatePanicHasItsPlace(t *testing.T) {
	s := New(Options{History: "-"})
	defer s.Close()
	var first, second tape
	s.Execute(t.Context(), Request{Code: "release := make(chan bool)\ngo func() { <-release; panic(\"late\") }()", Store: true}, first.handle)
	if res := s.Execute(t.Context(), Request{Code: "close(release)", Store: true}, second.handle); res.Err != nil {
		t.Error(res.Err)
	}
	want := "stderr \"panic in a goroutine of cell[1]: cell[1]:2:24: late (in a goroutine)\\n" +
		"go func() { <-release; panic(\\\"late\\\") }()\\n                       ^^^^^^^^^^^^^\\n\""
	deadline := time.After(20 * time.Second)
	for !strings.Contains(first.text(), want) {
		select {
		case <-deadline:
			t.Fatalf("got %s want %s", first.text(), want)
		case <-time.After(time.Millisecond):
		}
	}
}
