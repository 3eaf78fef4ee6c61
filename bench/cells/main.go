// Command cells measures what Go in a cell costs: programs as ratios to compiled
// Go, and single cells in milliseconds and kilobytes. graft's sessions, compiled Go
// and yaegi take turns; the least of the rounds counts.
//
//	cells -yaegi PROGRAM    # see run.sh; without it, yaegi's columns are empty
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"

	"graft/bench/cells/measure"
	"graft/internal/session"
	"graft/internal/session/event"
	"graft/lib/display"
)

func main() {
	serve := flag.Bool("serve", false, "answer measurements on standard input")
	yaegi := flag.String("yaegi", "", "the program that answers for yaegi")
	rounds := flag.Int("rounds", 5, "how often each thing is measured")
	flag.Parse()
	if *serve {
		measure.Serve(os.Stdin, os.Stdout, open)
		return
	}
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	peers := map[string][]string{"graft": {self, "-serve"}}
	if *yaegi != "" {
		peers["yaegi"] = []string{*yaegi}
	}
	if err := compare(peers, *rounds); err != nil {
		log.Fatal(err)
	}
}

// engine is a session as front ends use it, without the history.
type engine struct{ s *session.Session }

func open() measure.Engine {
	s := session.New(session.Options{History: "-"})
	s.IsComplete("1") // waits until it has started
	return engine{s}
}

func (e engine) Eval(source string) (text string, err error) {
	res := e.s.Execute(context.Background(), session.Request{Code: source}, func(ev event.Event) {
		if r, ok := ev.(event.Result); ok {
			text = fmt.Sprint(r.Bundle.Data[display.Text])
		}
	})
	return text, res.Err
}
