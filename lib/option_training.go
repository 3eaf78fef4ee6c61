package graft

import (
	"graft/lib/train"
	"graft/lib/train/loss"
	"graft/lib/train/optimizer"
	"graft/lib/train/schedule"
)

// Optimizer says how a gradient changes a parameter, see [WithOptimizer].
type Optimizer = optimizer.Optimizer

// Loss is what training makes small, see [WithLoss].
type Loss = loss.Loss

// Schedule gives the learning rate of each step, see [WithSchedule].
type Schedule = schedule.Schedule

// WithOptimizer uses o, with constants of one's own.
func WithOptimizer(o Optimizer) Option { return train.WithOptimizer(o) }

// Nesterov uses stochastic gradient descent with Nesterov's momentum, 0.9 usually.
func Nesterov(momentum float64) Option { return train.Nesterov(momentum) }

// Adagrad uses Adagrad, whose steps shrink where gradients were large.
func Adagrad() Option { return train.Adagrad() }

// Adadelta uses Adadelta; its learning rate is 1 unless another is given.
func Adadelta() Option { return train.Adadelta() }

// RMSProp uses RMSProp with momentum, 0 usually.
func RMSProp(momentum float64) Option { return train.RMSProp(momentum) }

// Adamax uses Adamax, Adam with the largest gradient in place of the mean square.
func Adamax() Option { return train.Adamax() }

// LAMB uses LAMB, made for large batches, with weight decay, 0.01 usually.
func LAMB(decay float64) Option { return train.LAMB(decay) }

// WeightDecay pulls learned parameters towards zero, in the way of the optimizer.
func WeightDecay(decay float64) Option { return train.WeightDecay(decay) }

// DecayWeightsOnly spares biases, scales and offsets from weight decay.
func DecayWeightsOnly() Option { return train.DecayWeightsOnly() }

// WithLoss trains with a loss of one's own settings.
func WithLoss(l Loss) Option { return train.WithLoss(l) }

// LabelSmoothing moves a share of each label's probability to all classes, 0.1
// usually.
func LabelSmoothing(share float64) Option { return train.LabelSmoothing(share) }

// ClassWeights gives the examples of each class a factor, in the order of the classes.
func ClassWeights(weights ...float64) Option { return train.ClassWeights(weights...) }

// Focal uses focal loss, in which examples that are right already count less; gamma
// is 2 usually.
func Focal(gamma float64) Option { return train.Focal(gamma) }

// BCE uses binary cross-entropy: each class against the rest. positive has a factor
// for yes for each class, or nothing.
func BCE(positive ...float64) Option { return train.BCE(positive...) }

// Huber uses Huber's loss: errors beyond delta count linearly.
func Huber(delta float64) Option { return train.Huber(delta) }

// Linear lowers the learning rate from peak to zero in a straight line.
func Linear(peak float64) Option { return train.Linear(peak) }

// Polynomial lowers the learning rate from peak to zero as a power of what is left.
func Polynomial(peak, power float64) Option { return train.Polynomial(peak, power) }

// StepDown multiplies the learning rate by factor after every so many epochs.
func StepDown(peak float64, every int, factor float64) Option {
	return train.StepDown(peak, every, factor)
}

// Plateau multiplies the learning rate by 0.1 when the validation loss has not
// improved for more than patience epochs.
func Plateau(peak float64, patience int) Option { return train.Plateau(peak, patience) }

// Warmup lets the learning rate rise to its peak over this many epochs, or part of
// one, before the schedule proper.
func Warmup(epochs float64) Option { return train.Warmup(epochs) }

// WithSchedule uses a schedule with settings of one's own.
func WithSchedule(s Schedule) Option { return train.WithSchedule(s) }

// Accumulate adds up the gradients of several batches before each update.
func Accumulate(batches int) Option { return train.Accumulate(batches) }

// ClipNorm shortens gradients to a length of at most norm.
func ClipNorm(norm float64) Option { return train.ClipNorm(norm) }

// ClipValue cuts each entry of gradients to [-value, value].
func ClipValue(value float64) Option { return train.ClipValue(value) }

// EMA keeps an average of the parameters and measures the validation set with it.
func EMA(decay float64) Option { return train.EMA(decay) }

// KeepEMA ends with the averages of [EMA] in place of the last parameters.
func KeepEMA() Option { return train.KeepEMA() }

// Mixup blends each example of a batch, or what frozen stages make of it, with
// another one; alpha is 0.2 to 1.
func Mixup(alpha float64) Option { return train.Mixup(alpha) }

// CutMix puts a rectangle of another image into each image of a batch; alpha is 1
// usually. No stage may be frozen.
func CutMix(alpha float64) Option { return train.CutMix(alpha) }

// L2SP pulls the backbone towards its pretrained parameters, by start, and the head
// towards zero, by head; 0.01 usually.
func L2SP(start, head float64) Option { return train.L2SP(start, head) }

// DELTA keeps the features of trainable stages near those of the pretrained network;
// begin with 0.01.
func DELTA(weight float64) Option { return train.DELTA(weight) }

// BSS shrinks the count smallest singular values of each batch of features; 0.001 and
// 1 usually.
func BSS(weight float64, count int) Option { return train.BSS(weight, count) }

// BF16 computes the convolutions of training steps in bfloat16; it needs a GPU.
func BF16() Option { return train.BF16() }
