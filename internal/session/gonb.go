package session

import (
	"fmt"
	"regexp"

	"graft/internal/session/event"
	"graft/internal/session/gonbhost"
)

// gonbUser matches cells that may show something through gonbui: they import a
// package of neither the standard library nor graft, or start a program.
var gonbUser = regexp.MustCompile(`"[\w-]+(\.[\w-]+)+/|"os/exec"|\bexec\.|\bStartProcess\b`)

// hostGoNB makes the pipes of gonbui before the first cell that may need them.
func (x *execution) hostGoNB(source string) {
	s := x.s
	if !s.opts.GoNB || s.gonb.Load() || !gonbUser.MatchString(source) {
		return
	}
	s.gonb.Store(true)
	if err := gonbhost.Start(s.output); err != nil {
		fmt.Fprintln(x.out.Stream(event.Stderr), "note:", err)
	}
}

// output is the running cell's, or the last one's; nil before the first cell.
func (s *Session) output() *event.Output {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// drain waits for what native code and gonbui have said so far.
func (s *Session) drain() {
	if s.gonb.Load() {
		gonbhost.Drain()
	}
	if s.opts.Drain != nil {
		s.opts.Drain()
	}
}
