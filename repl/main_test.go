package repl

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// TestMain turns the test binary into a front end over the fake session when it
// is asked to, so that tests can put it into a terminal.
func TestMain(m *testing.M) {
	if os.Getenv("GRAFT_REPL_FAKE") == "" {
		os.Exit(m.Run())
	}
	o := Options{Version: "test"}.filled()
	run := runScreen
	if !interactive(o) {
		run = runLines
	}
	if err := run(context.Background(), o, startFake); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// startFake is the starter of the fake session.
func startFake(drain func()) (engine, error) {
	f := newFake()
	f.drain = drain
	return f, nil
}
