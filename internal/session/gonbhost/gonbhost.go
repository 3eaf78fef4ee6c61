// Package gonbhost stands in for a GoNB kernel: what cells and their child programs
// show through github.com/janpfeifer/gonb/gonbui, GoMLX's notebook UI included,
// becomes events of the cell that runs. It owns the named pipes that gonbui expects,
// as opposed to package lib/display/gonb, which is at their other end.
//
//	err := gonbhost.Start(func() *event.Output { return running })
//	gonbhost.Drain() // before the cell ends
//
// gonbui gives up for good at its first error, so the pipes of this process stay
// open until it ends. Child programs get pipes of their own, one program after the
// other: what two programs send at the same time may be lost.
//
// It doesn't handle: gonbui's widgets, which need GoNB's script in the browser.
package gonbhost

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"graft/internal/session/event"
)

// host is the one of this process: gonbui knows only one kernel.
var host struct {
	mu       sync.Mutex
	dir      string
	own      *line // of this process, opened once
	children *line // until Close
}

// Start makes the pipes, if there are none, and tells gonbui and child programs of
// them. out is asked for the output of the running cell, or of the last one.
func Start(out func() *event.Output) error {
	host.mu.Lock()
	defer host.mu.Unlock()
	current.Store(&out)
	if host.dir != "" {
		return nil
	}
	dir, err := os.MkdirTemp("", "graft-gonb-")
	if err == nil {
		err = start(dir)
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return fmt.Errorf("gonbhost: no pipes for gonbui: %w", err)
	}
	host.dir = dir
	return nil
}

func start(dir string) (err error) {
	if host.own == nil {
		if host.own, err = newLine(filepath.Join(dir, "cells")); err != nil {
			return err
		}
		host.own.announce()
		gonbui.IsNotebook = true
		if err := gonbui.Open(); err != nil {
			return err
		}
	}
	if host.children, err = newLine(filepath.Join(dir, "programs")); err != nil {
		return err
	}
	host.children.announce()
	return nil
}

// announce tells who opens pipes from now on which ones to open.
func (l *line) announce() {
	_ = os.Setenv(protocol.GONB_PIPE_ENV, l.path)
	_ = os.Setenv(protocol.GONB_PIPE_BACK_ENV, l.path+back)
}

// Drain waits until all that was sent has become events, or for a moment if a
// program goes on sending. Without Start it does nothing.
func Drain() {
	host.mu.Lock()
	lines := []*line{host.own, host.children}
	host.mu.Unlock()
	for _, l := range lines {
		if l != nil {
			l.drain()
		}
	}
}

// Close removes the pipes. What cells of this process show still arrives.
func Close() {
	host.mu.Lock()
	defer host.mu.Unlock()
	if host.dir == "" {
		return
	}
	host.children.close()
	_ = os.Unsetenv(protocol.GONB_PIPE_ENV)
	_ = os.Unsetenv(protocol.GONB_PIPE_BACK_ENV)
	_ = os.RemoveAll(host.dir)
	host.dir, host.children = "", nil
}
