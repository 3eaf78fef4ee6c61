package task

import (
	"fmt"

	"graft/lib/train"
	"graft/lib/train/program"
)

// Fitting is a Fit that runs while other cells do. Its methods steer it, and it
// shows the live table.
type Fitting struct {
	*train.Steering
	done chan struct{}
	err  error // once done is closed
}

// FitAsync starts a Fit and returns at once with a handle that steers it. Mistakes
// in the options are told here, everything else by [Fitting.Wait], a panic of a
// callback too. One run of a model at a time.
func (m *Image) FitAsync(epochs int, opts ...train.Option) (*Fitting, error) {
	s, set, err := m.prepare("FitAsync", opts)
	if err != nil {
		return nil, err
	}
	release, err := m.steer(&s)
	if err != nil {
		return nil, err
	}
	if err := m.beforeFit(); err != nil {
		return nil, joined(err, release())
	}
	f := &Fitting{Steering: s.Steering, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		err := program.Try("task: FitAsync", func() error { return m.run(epochs, set, s) })
		f.err = joined(err, release())
	}()
	return f, nil
}

// Done is closed when the run has ended.
func (f *Fitting) Done() <-chan struct{} { return f.done }

// Wait waits for the end of the run and returns its error.
func (f *Fitting) Wait() error {
	<-f.done
	return f.err
}

// String says where the run is.
func (f *Fitting) String() string { return f.Status().String() }

// Running is the wheel of the run that is under way, with which any goroutine or
// cell can pause, stop and change it; nil if there is none. While it is there, Freeze,
// Unfreeze and SetRate of the model act on the run, as those of the wheel do.
func (m *Image) Running() *train.Steering {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.wheel
}

// steer gives the run that s is for a wheel; release takes it away.
func (m *Image) steer(s *train.Settings) (release func() error, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wheel != nil {
		if m.wheel.Status().State == "paused" {
			return nil, train.ErrPaused
		}
		return nil, train.ErrBusy
	}
	wheel := m.trainer.NewSteering(&m.mu, func(name string) error { return m.snapshot(name, m.trainer.CopyNow) })
	s.Steering, m.wheel = wheel, wheel
	return func() error {
		m.mu.Lock()
		m.wheel = nil
		m.mu.Unlock()
		return wheel.End()
	}, nil
}

// whileIdle runs change unless a run is under way.
func (m *Image) whileIdle(verb string, change func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wheel != nil {
		return fmt.Errorf("task: %s during a run: %w", verb, train.ErrBusy)
	}
	return change()
}
