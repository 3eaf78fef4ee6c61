package vm

import (
	"flag"
	"io"
	"log"
	"os"
	"strings"
	"sync"
)

// stream is one of the standard files as native code sees it from a cell.
type stream struct{ fd int }

var stdin, stdout, stderr = &stream{0}, &stream{1}, &stream{2}

func (s *stream) file() *os.File { return [...]*os.File{os.Stdin, os.Stdout, os.Stderr}[s.fd] }

func (e *evaluation) stdin() io.Reader {
	if e.env.Stdin == nil {
		return strings.NewReader("")
	}
	return e.env.Stdin
}

// Write writes to the evaluation of the calling goroutine, or to the process's
// own file if there is none.
func (s *stream) Write(p []byte) (int, error) {
	t := currentThread()
	switch {
	case t == nil:
		return s.file().Write(p)
	case s.fd == 2:
		return t.eval.stderr().Write(p)
	}
	return t.eval.stdout().Write(p)
}

// WriteString writes text like Write.
func (s *stream) WriteString(text string) (int, error) { return s.Write([]byte(text)) }

// Read reads the evaluation's input.
func (s *stream) Read(p []byte) (int, error) {
	if t := currentThread(); t != nil {
		return t.eval.stdin().Read(p)
	}
	return s.file().Read(p)
}

// Sync does nothing; the standard files have it.
func (s *stream) Sync() error { return nil }

// Close does nothing: the streams outlive a cell.
func (s *stream) Close() error { return nil }

// Name returns the file's name.
func (s *stream) Name() string { return s.file().Name() }

// Fd returns the process's own descriptor.
func (s *stream) Fd() uintptr { return s.file().Fd() }

var fileIntrinsics = map[string]intrinsic{
	"(*os.File).Write": func(s *callState) {
		giveCount(s)(writerOf(arg[*os.File](s, 0)).Write(arg[[]byte](s, 1)))
	},
	"(*os.File).WriteString": func(s *callState) {
		giveCount(s)(writerOf(arg[*os.File](s, 0)).Write([]byte(arg[string](s, 1))))
	},
	"(*os.File).Read": func(s *callState) {
		giveCount(s)(readerOf(arg[*os.File](s, 0)).Read(arg[[]byte](s, 1)))
	},
	"(*os.File).Close": func(s *callState) {
		f := arg[*os.File](s, 0)
		if streamOf(f) != nil {
			giveError(s, 0, nil)
			return
		}
		giveError(s, 0, f.Close())
	},
	"log.Fatal": func(s *callState) {
		log.Print(s.printed(0)...)
		s.thread().exit(1, "log.Fatal")
	},
	"log.Fatalf": func(s *callState) {
		log.Printf(arg[string](s, 0), s.printed(1)...)
		s.thread().exit(1, "log.Fatalf")
	},
	"log.Fatalln": func(s *callState) {
		log.Println(s.printed(0)...)
		s.thread().exit(1, "log.Fatalln")
	},
	"(*log.Logger).Fatal": func(s *callState) {
		arg[*log.Logger](s, 0).Print(s.printed(1)...)
		s.thread().exit(1, "log.Fatal")
	},
	"(*log.Logger).Fatalf": func(s *callState) {
		arg[*log.Logger](s, 0).Printf(arg[string](s, 1), s.printed(2)...)
		s.thread().exit(1, "log.Fatalf")
	},
	"(*log.Logger).Fatalln": func(s *callState) {
		arg[*log.Logger](s, 0).Println(s.printed(1)...)
		s.thread().exit(1, "log.Fatalln")
	},
	"flag.Parse": func(s *callState) { parseFlags(s.thread(), flag.CommandLine, os.Args[1:]) },
	"(*flag.FlagSet).Parse": func(s *callState) {
		giveError(s, 0, parseFlags(s.thread(), arg[*flag.FlagSet](s, 0), arg[[]string](s, 1)))
	},
}

func writerOf(f *os.File) io.Writer {
	if s := streamOf(f); s != nil {
		return s
	}
	return f
}

func readerOf(f *os.File) io.Reader {
	if s := streamOf(f); s != nil {
		return s
	}
	return f
}

// parseFlags is FlagSet.Parse, except that a set that exits on errors ends the
// evaluation instead of the process.
func parseFlags(t *thread, set *flag.FlagSet, args []string) error {
	if set.Output() == os.Stderr {
		set.SetOutput(stderr)
	}
	if set.ErrorHandling() != flag.ExitOnError {
		return set.Parse(args)
	}
	set.Init(set.Name(), flag.ContinueOnError)
	err := set.Parse(args)
	set.Init(set.Name(), flag.ExitOnError)
	switch err {
	case nil:
	case flag.ErrHelp:
		t.exit(0, "flag.Parse")
	default:
		t.exit(2, "flag.Parse")
	}
	return nil
}

// routeLog makes the standard logger write to the evaluation it is used in.
var routeLog = sync.OnceFunc(func() {
	if log.Writer() == io.Writer(os.Stderr) {
		log.SetOutput(stderr)
	}
})
