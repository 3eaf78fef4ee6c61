package train

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"graft/lib/train/checkpoint"
	"graft/lib/train/optimizer"
	"graft/lib/tune"
)

// stand is the next step of a run.
type stand struct {
	Epoch int     `json:"epoch"` // from 1
	Batch int     `json:"batch"` // steps done in it
	Sum   float64 `json:"sum"`   // of its losses so far, by example
	LR    float64 `json:"lr"`    // of the last step
}

// carried is the state of a run besides parameters and optimizer, by name: pointers
// to what a checkpoint keeps as JSON and a resumed run gets back. Whatever else
// changes while a run goes on belongs here.
func (r *run) carried() map[string]any {
	return map[string]any{"history": r.history, "course": &course{r}, "stopper": &r.stopper, "training": &r.board.training}
}

// advance books a finished step of so many examples.
func (r *run) advance(s Step, examples int) {
	r.at = stand{s.Epoch, s.Batch, r.at.Sum + s.Loss*float64(examples), s.LR}
	if r.keeper != nil {
		r.keeper.follow(r.net.Plan)
	}
}

// follow notes which groups may have moved.
func (k *keeper) follow(plan *tune.Plan) {
	if len(k.moved) == 0 {
		k.moved = make([]bool, len(plan.Groups))
	}
	for i, g := range plan.Groups {
		k.moved[i] = k.moved[i] || g.Trainable
	}
}

// keep writes a checkpoint if it is time for one. Only what is wrong with the
// network is an error; what is wrong with the disk is a warning.
func (r *run) keep() error {
	if r.keeper == nil || !r.keeper.due() {
		return nil
	}
	return r.keepNow()
}

// park writes a last checkpoint of a run that is interrupted, if it has begun to
// write them, was told where to, or is wanted to. In the middle of a change of the plan, the one
// before stands: it costs the steps since then, but no half of a change.
func (r *run) park(wanted bool) {
	k := r.keeper
	if k == nil || k.writer == nil && !wanted || r.before == nil || r.turning {
		return
	}
	<-k.done
	if k.failure == nil && k.written != nil && k.written.At == r.at {
		return
	}
	if err := r.keepNow(); err != nil {
		k.failure = err
	}
	<-k.done
}

func (r *run) keepNow() error {
	k := r.keeper
	<-k.done
	if k.writer == nil || k.writer.Folder.Gone() { // someone cleared the cache
		k.written = nil
		if k.failure = k.open(); k.failure != nil {
			k.last = time.Now()
			k.warn()
			return nil
		}
	}
	p, d, err := r.draft()
	if err != nil {
		return err
	}
	k.begin(p, d)
	return nil
}

// draft copies everything that the next step may change.
func (r *run) draft() (p *point, d checkpoint.Draft, err error) {
	k := r.keeper
	k.follow(r.net.Plan)
	d.Kept = map[string]checkpoint.Tensors{"safe": r.safe}
	switch {
	case r.best != nil:
		d.Kept["best"] = r.best
	case r.settings.KeepBest:
		d.Kept["first"] = r.first // comes back if no epoch is ever best
	}
	if p, err = r.point(); err != nil {
		return nil, d, err
	}
	if d.Now, err = r.captureMoved(); err != nil {
		return nil, d, err
	}
	if !k.writer.Has("base") {
		if d.Base, err = r.captureBase(); err != nil {
			return nil, d, err
		}
	}
	if !k.writer.Has("about") && k.About != nil {
		if d.About, err = k.About(); err != nil {
			return nil, d, fmt.Errorf("train: what a checkpoint says of the network: %w", err)
		}
	}
	return p, d, nil
}

func (r *run) point() (*point, error) {
	p := &point{
		Format: checkpoint.Format, Net: r.net.Name, Written: time.Now(), Plan: r.net.Plan.Key(), Settings: r.settings, Weights: r.settings.SampleWeights,
		Epochs: r.epochs, Phase: r.phases, At: r.at, Steps: r.steps, Hooks: r.settings.hooks(),
		Before: map[string]string{}, Moved: slices.Clone(r.keeper.moved), Run: map[string]json.RawMessage{},
	}
	for _, g := range r.net.Plan.Groups {
		p.Groups, p.Rates = append(p.Groups, g.Name), append(p.Rates, g.Rate)
	}
	for path, digest := range r.before {
		p.Before[path] = hex.EncodeToString(digest[:])
	}
	for name, value := range r.carried() {
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("train: checkpoint: %s: %w", name, err)
		}
		p.Run[name] = raw
	}
	if r.digests[0] == "" {
		r.digests[0] = sourceDigest(r.examples)
		if r.settings.Valid != nil {
			r.digests[1] = sourceDigest(r.settings.Valid)
		}
	}
	p.Train, p.Valid = r.digests[0], r.digests[1]
	return p, nil
}

// captureMoved copies the parameters that may have moved, and all variables of the
// store that are no parameters: the optimizer's, except those left over from
// groups that are frozen in this run, and random states of heads.
func (r *run) captureMoved() (state, error) {
	still := map[string]bool{}
	for i, g := range r.net.Plan.Groups {
		for _, p := range g.Params {
			still[p.Path] = !r.keeper.moved[i]
		}
	}
	s := state{}
	for v := range r.net.Store.IterVariables() {
		path := v.Path()
		if still[path] || still[optimizer.ParamOf(path)] || !v.HasValue() {
			continue
		}
		copied, err := clone(r.net.Store, path)
		if err != nil {
			return nil, err
		}
		s[path] = copied
	}
	return s, nil
}

// captureBase copies the parameters that cannot have moved.
func (r *run) captureBase() (state, error) {
	s := state{}
	for i, g := range r.net.Plan.Groups {
		for _, p := range g.Params {
			if r.keeper.moved[i] {
				break
			}
			copied, err := clone(r.net.Store, p.Path)
			if err != nil {
				return nil, err
			}
			s[p.Path] = copied
		}
	}
	return s, nil
}

// sourceDigest identifies examples in their order: inputs, as far as they are told
// apart, and labels.
func sourceDigest(src Source) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%d|%v|%q\n", src.Len(), src.Shape(), src.View())
	for i := range src.Len() {
		fmt.Fprintf(hash, "%q %d %08x\n", src.Key(i), src.Label(i), math.Float32bits(src.Target(i)))
	}
	if several, ok := src.(Vectors); ok {
		for i := range src.Len() {
			fmt.Fprintf(hash, "%x\n", several.Vector(i))
		}
	}
	m, _ := src.(*Memory)
	if several, ok := src.(*Multi); ok {
		m = &several.Memory
	}
	if m != nil { // it has no keys
		for _, v := range m.Inputs {
			fmt.Fprintf(hash, "%08x", math.Float32bits(v))
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// hooks are the options of s that are code, which no file can keep.
func (s Settings) hooks() (names []string) {
	for name, set := range map[string]bool{
		"OnEpoch": len(s.OnEpoch) > 0, "OnStep": len(s.OnStep) > 0, "StopWhen": len(s.Stop) > 0, "LRFrom": s.Rate != nil,
	} {
		if set {
			names = append(names, name)
		}
	}
	return names
}
