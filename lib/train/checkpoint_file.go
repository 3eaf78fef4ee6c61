package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/weights"
)

// A checkpoint is a folder with a lock, two points and the parts they name:
//
//	lock                        held by the fit that writes, or goes on
//	point-00000007.json         where the fit stood: JSON, then its SHA-256 in hex
//	point-00000008.json
//	base-DIGEST.safetensors     parameters that cannot have moved, written once
//	now-00000008-DIGEST...      the others and the optimizer's state, of each point
//	safe-, best-, first-DIGEST  parameters that the fit may go back to
//	about-DIGEST.json           network and data, for the layer above
//
// Parts come first and never change; a point is written under another name and
// renamed, so it names whole parts or does not exist. Each part's SHA-256 is in the
// point. The last two points stay: a damaged last one costs what lies between them.
const (
	lockName    = "lock"
	pointPrefix = "point-"
	partPrefix  = ".new-" // of files that are being written
)

// pointFormat is raised when older programs could not read a point rightly.
const pointFormat = 1

// part is a file of a checkpoint.
type part struct {
	File   string `json:"file"`
	Digest string `json:"sha256"`
}

// point is where a fit stood: everything but numbers.
type point struct {
	Format   int                        `json:"format"`
	Net      string                     `json:"net"`
	Written  time.Time                  `json:"written"`
	Plan     string                     `json:"plan"` // tune.Plan.Key
	Groups   []string                   `json:"groups"`
	Rates    []float64                  `json:"rates"` // of the groups
	Settings Settings                   `json:"settings"`
	Weights  []float64                  `json:"sample_weights,omitempty"`
	Epochs   int                        `json:"epochs"`
	Phase    int                        `json:"phase"` // which call of Fit, part of its random numbers
	At       stand                      `json:"at"`
	Steps    int                        `json:"steps"` // per epoch
	Train    string                     `json:"train"` // digest of the examples
	Valid    string                     `json:"valid,omitempty"`
	Hooks    []string                   `json:"hooks,omitempty"` // options that are code
	Before   map[string]string          `json:"before"`          // digests of the parameters from before
	Moved    []bool                     `json:"moved"`           // groups that were ever trainable, which the base lacks
	Run      map[string]json.RawMessage `json:"run"`
	Parts    map[string]part            `json:"parts"`
}

// draft is a point on its way to disk, with what its parts are made of.
type draft struct {
	point  *point
	base   state // nil if it is on disk
	now    state
	states map[string]state // safe, best and first
	about  []byte
}

// write writes a checkpoint and removes what is older than the one before.
func (k *keeper) write(d *draft) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("train: a checkpoint could not be written, the last one stands (free some space, or name another folder with Checkpoint): %w", err)
		}
	}()
	if err := k.writeParts(d); err != nil {
		return err
	}
	k.number++
	if err := writePoint(k.folder, k.number, d.point); err != nil {
		return err
	}
	k.recent = [2]*point{d.point, k.recent[0]}
	k.clean()
	return nil
}

func (k *keeper) writeParts(d *draft) (err error) {
	d.point.Parts = map[string]part{}
	if d.base != nil {
		if k.files["base"], err = writeState(k.folder, "base", d.base); err != nil {
			return err
		}
	}
	if d.about != nil {
		k.files["about"], err = writePart(k.folder, "about", ".json", func(w io.Writer) error { _, err := w.Write(d.about); return err })
		if err != nil {
			return err
		}
	}
	for kind, p := range k.files {
		d.point.Parts[kind] = p
	}
	states := map[uintptr]part{}
	for kind, s := range d.states {
		id := reflect.ValueOf(s).Pointer()
		p, ok := k.states[id]
		if !ok {
			if p, err = writeState(k.folder, kind, s); err != nil {
				return err
			}
			k.states[id] = p
		}
		states[id], d.point.Parts[kind] = p, p
	}
	k.states = states // a state that went may leave its address to another
	// The name has the number, too: two points never share it, so one damaged file
	// leaves the other whole.
	d.point.Parts["now"], err = writeState(k.folder, fmt.Sprintf("now-%08d", k.number+1), d.now)
	return err
}

// clean removes what neither of the two last points names.
func (k *keeper) clean() {
	keep := map[string]bool{lockName: true}
	for i, p := range k.recent {
		if p != nil {
			keep[pointName(k.number-i)] = true
			for _, part := range p.Parts {
				keep[part.File] = true
			}
		}
	}
	entries, err := os.ReadDir(k.folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			_ = os.Remove(filepath.Join(k.folder, e.Name())) // or by the next one
		}
	}
}

func writeState(folder, kind string, s state) (part, error) {
	list, err := s.tensors()
	if err != nil {
		return part{}, err
	}
	return writePart(folder, kind, ".safetensors", func(w io.Writer) error { return weights.Write(w, list, nil) })
}

// writePart writes a file under a name made of its content.
func writePart(folder, kind, ending string, write func(io.Writer) error) (p part, err error) {
	hash := sha256.New()
	name, err := writeTemp(folder, func(w io.Writer) error { return write(io.MultiWriter(w, hash)) })
	if err != nil {
		return p, err
	}
	p.Digest = hex.EncodeToString(hash.Sum(nil))
	p.File = kind + "-" + p.Digest[:16] + ending
	return p, os.Rename(name, filepath.Join(folder, p.File))
}

func writePoint(folder string, number int, p *point) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	raw = fmt.Appendf(raw, "\n%x\n", sum)
	name, err := writeTemp(folder, func(w io.Writer) error { _, err := w.Write(raw); return err })
	if err != nil {
		return err
	}
	if err := os.Rename(name, filepath.Join(folder, pointName(number))); err != nil {
		return err
	}
	return syncFolder(folder)
}

func pointName(number int) string { return fmt.Sprintf("%s%08d.json", pointPrefix, number) }

// createFile makes a file that is going to be written; tests have it fail.
var createFile = func(folder string) (*os.File, error) { return os.CreateTemp(folder, partPrefix+"*") }

// writeTemp writes a file that is on disk when it returns, and gone if it fails.
func writeTemp(folder string, write func(io.Writer) error) (name string, err error) {
	f, err := createFile(folder)
	if err != nil {
		return "", err
	}
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncFolder makes renames in a folder last. Windows has no such call.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// points lists the numbers of the points in folder, the newest first.
func points(folder string) []int {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var list []int
	for _, e := range entries {
		text, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".json"), pointPrefix)
		if n, err := strconv.Atoi(text); ok && err == nil {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// readPoint reads a point; whether its parts are whole is for [point.check].
func readPoint(folder string, number int) (*point, error) {
	raw, err := os.ReadFile(filepath.Join(folder, pointName(number)))
	if err != nil {
		return nil, err
	}
	body, sum, ok := bytes.Cut(raw, []byte("\n"))
	if want := fmt.Sprintf("%x\n", sha256.Sum256(body)); !ok || string(sum) != want {
		return nil, fmt.Errorf("%s is damaged: its digest is another", pointName(number))
	}
	var p point
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, fmt.Errorf("%s: %w", pointName(number), err)
	}
	if p.Format != pointFormat {
		return nil, fmt.Errorf("%s has format %d, this program reads %d (use the graft that wrote it)", pointName(number), p.Format, pointFormat)
	}
	return &p, nil
}

// check holds the parts of a point against their digests.
func (p *point) check(folder string) error {
	for _, part := range p.Parts {
		f, err := os.Open(filepath.Join(folder, filepath.Base(part.File)))
		if err != nil {
			return err
		}
		hash := sha256.New()
		_, err = io.Copy(hash, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if hex.EncodeToString(hash.Sum(nil)) != part.Digest {
			return fmt.Errorf("%s is damaged: its digest is another", part.File)
		}
	}
	return nil
}

// tensors are the parameters of s in the form of package weights; the numbers are
// shared, not copied.
func (s state) tensors() ([]weights.Tensor, error) {
	var list []weights.Tensor
	for path, t := range s {
		var one weights.Tensor
		var err error
		if e := t.ConstBytes(func(data []byte) { one, err = weights.New(path, t.DType(), t.Shape().Dimensions, data) }); e != nil {
			err = e
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, one)
	}
	return list, nil
}

func readState(path string) (s state, err error) {
	f, err := weights.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return stateOf(f)
}

// stateOf reads all tensors of f.
func stateOf(f *weights.File) (state, error) {
	s := state{}
	for _, name := range f.Names() {
		from, err := f.Tensor(name)
		if err != nil {
			return nil, err
		}
		to := tensors.FromShape(shapes.Make(from.DType, from.Shape...))
		if err := to.MutableBytes(func(data []byte) { copy(data, from.Bytes()) }); err != nil {
			return nil, err
		}
		s[name] = to
	}
	return s, nil
}
