package graft

import (
	"graft/lib/preprocess"
	"graft/lib/train"
)

// Recipe says how the views of a photograph may differ; see [preprocess.Augment] for
// its fields.
type Recipe = preprocess.Augment

// Light is the recipe that suits most photographs when fine-tuning.
func Light() Recipe { return preprocess.Light() }

// Strong is the recipe for long training or few photographs.
func Strong() Recipe { return preprocess.Strong() }

// Augment trains on varied views of the photographs: m.Fit(5, graft.Augment(graft.Light())).
// Validation and evaluation always see the plain ones; see [train.Augment].
func Augment(recipe Recipe) Option { return train.Augment(recipe) }

// Views is the number of views of each photograph whose features are cached while
// part of the network is frozen; default 4.
func Views(n int) Option { return train.Views(n) }

// FreshViews makes new views in every epoch, also with a frozen part.
func FreshViews() Option { return train.FreshViews() }

// SampleBalanced draws the examples of each epoch so that all classes come equally
// often.
func SampleBalanced() Option { return train.SampleBalanced() }

// SampleWeights draws the examples of each epoch in proportion to weights, one for
// each training example.
func SampleWeights(weights []float64) Option { return train.SampleWeights(weights) }
