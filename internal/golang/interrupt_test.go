package golang

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"graft/internal/golang/vm"
)

// endless are statements that only an interrupt ends; each calls begin first. In
// native code an interrupt abandons them.
var endless = map[string]string{
	"loop":           "begin()\nfor {\n}",
	"deep in calls":  "var f func(int)\nf = func(n int) {\n\tif n == 0 {\n\t\tbegin()\n\t\tfor {\n\t\t}\n\t}\n\tf(n - 1)\n}\nf(1000)",
	"receive":        "begin()\n<-make(chan int)",
	"send":           "begin()\nmake(chan int) <- 1",
	"select":         "begin()\nselect {\ncase <-make(chan int):\ncase make(chan int) <- 1:\n}",
	"mutex":          "var m sync.Mutex\nm.Lock()\nbegin()\nm.Lock()",
	"write lock":     "var m sync.RWMutex\nm.RLock()\nbegin()\nm.Lock()",
	"read lock":      "var m sync.RWMutex\nm.Lock()\nbegin()\nm.RLock()",
	"read locker":    "var m sync.RWMutex\nm.Lock()\nbegin()\nm.RLocker().Lock()",
	"wait group":     "var w sync.WaitGroup\nw.Add(1)\nbegin()\nw.Wait()",
	"sleep":          "begin()\ntime.Sleep(time.Hour)",
	"condition":      "var m sync.Mutex\nc := sync.NewCond(&m)\nm.Lock()\ndefer m.Unlock()\nbegin()\nc.Wait()",
	"iterator":       "begin()\nfor range maps.Keys(map[int]int{1: 1}) {\n\tfor {\n\t}\n}",
	"tick":           "begin()\nfor range time.Tick(time.Millisecond) {\n}",
	"sort":           "begin()\nsort.Slice([]int{2, 1}, func(i, j int) bool {\n\tfor {\n\t}\n})",
	"deferred":       "func() {\n\tdefer func() {\n\t\tbegin()\n\t\tfor {\n\t\t}\n\t}()\n}()",
	"in a goroutine": "done := make(chan int)\ngo func() {\n\tbegin()\n\tfor {\n\t}\n}()\n<-done",
	"native accept":  "l, _ := net.Listen(\"tcp\", \"127.0.0.1:0\")\nopened = append(opened, l)\nbegin()\nhttp.Serve(l, nil)",
	"native pipe":    "r, w := io.Pipe()\nopened = append(opened, w)\nbegin()\nr.Read(make([]byte, 1))",
	"native buffer":  "r, w := io.Pipe()\nopened = append(opened, w)\nbegin()\nbufio.NewReader(r).ReadString('\\n')",
}

// TestInterruptEverywhere interrupts a cell wherever it may wait. Its variables keep
// their values, earlier goroutines and closures go on, and nothing of the cell does.
func TestInterruptEverywhere(t *testing.T) {
	in := newInterp(t)
	in.mustEval(t, `n := 0
count := func() int { n++; return n }
asked, answer := make(chan int), make(chan int)
go func() {
	for q := range asked {
		answer <- 2 * q
	}
}()
begun, woken := 0, 0
begin := func() { begun++; fmt.Println() }
var opened []io.Closer`)
	var took []time.Duration
	for name, statement := range endless {
		took = append(took, in.interrupt(t, name, statement))
	}
	in.mustEval(t, "for _, c := range opened {\n\tc.Close()\n}\nasked <- 21")
	if got := in.mustEval(t, "<-answer + count()").Values[0].Int(); got != 43 {
		t.Errorf("an earlier goroutine and a closure gave %d", got)
	}
	if got := in.mustEval(t, "begun").Values[0].Int(); got != int64(len(endless)) {
		t.Errorf("begun is %d", got)
	}
	if got := in.mustEval(t, "woken").Values[0].Int(); got != 0 {
		t.Errorf("%d interrupted cells went on", got)
	}
	slices.Sort(took)
	t.Logf("from the interrupt to the end: median %v, at most %v", took[len(took)/2], took[len(took)-1])
}

// interrupt runs a statement and returns the time from its interrupt to its end.
func (s session) interrupt(t *testing.T, name, statement string) time.Duration {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stopped time.Time
	env := &Env{Context: ctx, Stdout: startWriter(func() { stopped = time.Now(); cancel() })}
	_, err := s.Eval(env, Cell{Name: name, Source: "func() {\n" + statement + "\n\twoken++\n}()"})
	took := time.Since(stopped)
	var i *vm.Interrupted
	if !errors.As(err, &i) {
		t.Errorf("%s: got %v", name, err)
	}
	if took > 5*time.Second {
		t.Errorf("%s: ended %v after its interrupt", name, took)
	}
	return took
}
