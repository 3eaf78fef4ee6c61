package train

import (
	"context"
	"fmt"
	"slices"

	"graft/lib/metric"
	"graft/lib/train/loss"
)

// Metrics names what to measure on the validation set after every epoch; default
// accuracy, or rmse for numbers. The names are listed in package metric: accuracy,
// top5, precision, recall, f1, auroc, mcc and others for classes, rmse, mae and r2 for
// numbers; recall:cat is the recall of one class.
func Metrics(names ...string) Option {
	return Option{"Metrics", func(s *Settings) error {
		for _, name := range names {
			if err := metric.Check(name); err != nil {
				return err
			}
		}
		s.Metrics = names
		return nil
	}}
}

// Classified is a [Source] whose classes have names, in the order of the network's
// outputs, for metrics such as recall:cat.
type Classified interface {
	Source
	Classes() []string
}

// kindOf is what a network trained with l says of an example of src.
func kindOf(l loss.Loss, src Source) metric.Kind {
	if l.Numeric() {
		return metric.Numbers
	}
	if _, several := src.(Vectors); several && l.Binary() {
		return metric.Tags
	}
	return metric.Classes
}

// NewMetrics makes the metrics called names for outputs of a network trained with
// l on examples of src. Names are those of the option [Metrics].
func NewMetrics(names []string, l loss.Loss, src Source) ([]metric.Metric, error) {
	var classes []string
	if c, ok := src.(Classified); ok {
		classes = c.Classes()
	}
	list := make([]metric.Metric, len(names))
	for i, name := range names {
		m, err := metric.New(name, kindOf(l, src), classes...)
		if err != nil {
			return nil, err
		}
		list[i] = m
	}
	return list, nil
}

// Measure is the value of a metric, named as in [Metrics], on b; an error if there
// is none of that name for what b has.
func Measure(name string, b metric.Batch) (float64, error) {
	kind := metric.Numbers
	if b.Labels != nil {
		kind = metric.Classes
	}
	m, err := metric.New(name, kind)
	if err != nil {
		return 0, err
	}
	m.Update(b)
	return m.Value(), nil
}

// Stream runs the network on all of src in inference mode and gives yield batch
// after batch, in the order of src, each with the truth of its rows. No outputs are
// kept: yield gets them once and may keep them. Features of the frozen prefix come
// from the cache where they are known, and are kept. The trainer is busy meanwhile.
func (t *Trainer) Stream(ctx context.Context, src Source, l loss.Loss, yield func(metric.Batch) error) error {
	return t.forward(ctx, src, l, true, yield)
}

// Outputs is [Trainer.Stream] for those who need all outputs at once, in memory.
func (t *Trainer) Outputs(ctx context.Context, src Source, l loss.Loss) (metric.Batch, error) {
	return t.gather(ctx, src, l, true)
}

// Once is Outputs for examples that are not likely to come again: their features
// are not kept.
func (t *Trainer) Once(ctx context.Context, src Source, l loss.Loss) (metric.Batch, error) {
	return t.gather(ctx, src, l, false)
}

func (t *Trainer) gather(ctx context.Context, src Source, l loss.Loss, keep bool) (metric.Batch, error) {
	all := metric.Batch{Width: 1}
	err := t.forward(ctx, src, l, keep, func(b metric.Batch) error {
		all.Width = b.Width
		all.Outputs = append(all.Outputs, b.Outputs...)
		all.Labels, all.Targets = append(all.Labels, b.Labels...), append(all.Targets, b.Targets...)
		return nil
	})
	return all, err
}

func (t *Trainer) forward(ctx context.Context, src Source, l loss.Loss, keep bool, yield func(metric.Batch) error) error {
	if !t.busy.TryLock() {
		return ErrBusy
	}
	defer t.busy.Unlock()
	t.features.Begin()
	in, err := t.inputs(ctx, src, keep, func(int, int, string) {})
	if err != nil {
		return err
	}
	return t.stream(ctx, src, in, l, yield)
}

// inferenceBatch is how many examples run at once when nothing is trained.
const inferenceBatch = 16

// stream runs what follows the frozen prefix on all of src, whose inputs are in.
func (t *Trainer) stream(ctx context.Context, src Source, in *inputs, l loss.Loss, yield func(metric.Batch) error) error {
	p := t.suffix(in.stage)
	batch := min(inferenceBatch, max(1, src.Len()))
	batches, stop := in.ahead(ctx, slices.Chunk(span(0, src.Len()), batch), batch)
	defer stop()
	for next := range batches {
		out, err := t.infer(ctx, p, in, &next)
		if err != nil {
			return explain(err, batch)
		}
		width := len(out) / batch
		b, err := withTruth(metric.Batch{Width: width, Outputs: out[:len(next.rows)*width]}, src, next.rows, l)
		if err != nil {
			return err
		}
		if err := yield(b); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// measurable returns an error if what s asks for cannot be measured.
func (s Settings) measurable() error {
	if s.Valid == nil {
		return nil
	}
	if s.Valid.Len() == 0 {
		return fmt.Errorf("train: the validation set is empty (give one with examples, or none)")
	}
	_, err := NewMetrics(s.Metrics, s.Loss, s.Valid)
	return err
}

// measure runs the validation set, batch after batch, into the loss and the metrics.
func (r *run) measure(ctx context.Context, e *Epoch) error {
	if r.valid == nil {
		return nil
	}
	r.board.say("validating")
	s, done := r.settings, 0
	list, err := NewMetrics(s.Metrics, s.Loss, s.Valid)
	if err != nil {
		return err
	}
	list = append([]metric.Metric{s.Loss.Metric()}, list...)
	err = r.stream(ctx, s.Valid, r.valid, s.Loss, func(b metric.Batch) error {
		for _, m := range list {
			m.Update(b)
		}
		done += b.Rows()
		r.board.computing(done, s.Valid.Len(), "validating")
		return nil
	})
	if err != nil {
		return err
	}
	e.ValidLoss = list[0].Value()
	for _, m := range list[1:] {
		e.Metrics = append(e.Metrics, m.Value())
	}
	return nil
}
