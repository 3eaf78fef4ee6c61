package command

import (
	"testing"
	"time"
)

func TestSpell(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 1: "1 ns", 1500: "1.5 µs", 12345678: "12.3 ms", 999_900: "1 ms", 1234567890: "1.23 s", 59 * time.Second: "59 s",
		75 * time.Second: "1 min 15 s", 3*time.Hour + 59*time.Minute + 59*time.Second: "3 h 59 min",
	} {
		if got := spell(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
}
