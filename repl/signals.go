package repl

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// signals lets the signals of the outside end the program, or the running cell, and
// returns what undoes that. bubbletea v2.1.1 would take only the first of them, and
// die of a hangup with the history open.
func signals(program *tea.Program, lost func()) (undo func()) {
	caught, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(caught, ending()...)
	go func() {
		for {
			select {
			case s := <-caught:
				switch s {
				case os.Interrupt:
					program.Send(signaled{})
				case syscall.SIGTERM:
					time.AfterFunc(patience, lost)
					program.Send(terminated{}) // what was printed still appears
				default:
					lost()
				}
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(caught); close(done) }
}

// ending are the signals that end a session, the hangup unless it is ignored (nohup).
func ending() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// charset warns of a locale whose characters are not UTF-8: a terminal that is set
// to them shows something else. A locale that names none is no reason to.
func charset(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value := getenv(name)
		if value == "" {
			continue
		}
		_, set, named := strings.Cut(value, ".")
		set, _, _ = strings.Cut(set, "@")
		if named && !strings.EqualFold(strings.ReplaceAll(set, "-", ""), "utf8") {
			return fmt.Sprintf("%s=%s: graft reads and writes UTF-8 (set %s=C.UTF-8 if characters look wrong)", name, value, name)
		}
		return ""
	}
	return ""
}
