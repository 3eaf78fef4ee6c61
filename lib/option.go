package graft

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/data"
	"graft/lib/display/control"
	"graft/lib/train"
)

// Epoch is one finished epoch, as [OnEpoch] gets it.
type Epoch = train.Epoch

// Step is one finished step, as [OnStep] gets it.
type Step = train.Step

// ErrStop, returned by a callback, ends a Fit as if it had come to its end.
var ErrStop = train.ErrStop

// Valid names the photographs to measure on after every epoch.
func Valid(photos *data.Set) Option { return train.Valid(photos) }

// Seed decides the order of examples and the initial values; default 0.
func Seed(n int64) Option { return train.Seed(n) }

// FromScratch starts from random parameters: the control that says what pretraining
// is worth.
func FromScratch() Option { return train.FromScratch() }

// BatchStats makes BatchNorm in trainable stages follow the batches, as PyTorch's
// train mode does, instead of keeping to its running statistics.
func BatchStats() Option { return train.BatchStats() }

// Pretrained chooses between pretrained and random parameters; default true.
func Pretrained(yes bool) Option { return train.Pretrained(yes) }

// ImageSize is the side of the images that the network sees, in pixels.
func ImageSize(pixels int) Option { return train.ImageSize(pixels) }

// Head replaces the linear head by graph code: features [batch, features] in,
// [batch, classes] out, variables in scope.
func Head(build func(scope *model.Scope, x *graph.Node) *graph.Node) Option {
	return train.Head(build)
}

// BatchSize is the number of examples per step; default 16.
func BatchSize(n int) Option { return train.BatchSize(n) }

// LR keeps the learning rate at rate; default 0.002. LR(1e-5, 1e-3) spreads it over
// the groups, the first of which learns at the first rate, the head at the second.
func LR(rate float64, to ...float64) Option { return train.LR(rate, to...) }

// OneCycle raises the learning rate to peak and lowers it again.
func OneCycle(peak float64) Option { return train.OneCycle(peak) }

// Cosine lowers the learning rate from peak to zero.
func Cosine(peak float64) Option { return train.Cosine(peak) }

// SGD uses stochastic gradient descent with momentum, 0.9 usually.
func SGD(momentum float64) Option { return train.SGD(momentum) }

// Adam uses Adam, which is the default.
func Adam() Option { return train.Adam() }

// AdamW uses Adam with decoupled weight decay, 0.01 usually.
func AdamW(decay float64) Option { return train.AdamW(decay) }

// Metrics names what Fit and Evaluate measure: accuracy, top5, f1, auroc, mcc, recall:cat
// and others, or rmse, mae and r2; the list is in package metric.
func Metrics(names ...string) Option { return train.Metrics(names...) }

// EarlyStop ends a Fit when the validation loss has not improved for patience epochs
// and brings back the best epoch.
func EarlyStop(patience int) Option { return train.EarlyStop(patience) }

// MinDelta is the smallest improvement of the validation loss that counts.
func MinDelta(delta float64) Option { return train.MinDelta(delta) }

// KeepBest brings back the epoch with the lowest validation loss.
func KeepBest() Option { return train.KeepBest() }

// InOrder takes the examples in their own order instead of shuffling.
func InOrder() Option { return train.InOrder() }

// OnEpoch calls fn after each epoch; an error ends the Fit, [ErrStop] ends it well.
func OnEpoch(fn func(Epoch) error) Option { return train.OnEpoch(fn) }

// OnStep calls fn after each step; an error ends the Fit, [ErrStop] ends it well.
func OnStep(fn func(Step) error) Option { return train.OnStep(fn) }

// StopWhen ends a Fit well after a step after which stop returns true: the Pressed
// method of a button, see package lib/display/control.
func StopWhen(stop func() bool) Option { return train.StopWhen(stop) }

// LRFrom asks rate for the learning rate of each step: the Value method of a slider,
// see package lib/display/control.
func LRFrom(rate func() float64) Option { return train.LRFrom(rate) }

// Steer shows controls with a Fit: a button or a toggle stops it, a slider sets its
// learning rate. Without controls it makes a button and a slider.
func Steer(controls ...control.Control) Option { return train.Steer(controls...) }
