package train

import (
	"fmt"
	"math"

	"graft/lib/train/optimizer"
)

// WithOptimizer uses o instead of Adam.
func WithOptimizer(o optimizer.Optimizer) Option {
	return Option{"WithOptimizer", func(s *Settings) error { s.Optimizer = o; return o.Check() }}
}

// SGD uses stochastic gradient descent with momentum, 0.9 usually.
func SGD(momentum float64) Option { return renamed("SGD", WithOptimizer(optimizer.NewSGD(momentum))) }

// Nesterov uses stochastic gradient descent with Nesterov's momentum, 0.9 usually.
func Nesterov(momentum float64) Option {
	return renamed("Nesterov", WithOptimizer(optimizer.NewNesterov(momentum)))
}

// Adagrad uses Adagrad, whose steps shrink where gradients were large.
func Adagrad() Option { return renamed("Adagrad", WithOptimizer(optimizer.NewAdagrad())) }

// Adadelta uses Adadelta; its learning rate is 1 unless another is given.
func Adadelta() Option { return renamed("Adadelta", WithOptimizer(optimizer.NewAdadelta())) }

// RMSProp uses RMSProp with momentum, 0 usually.
func RMSProp(momentum float64) Option {
	return renamed("RMSProp", WithOptimizer(optimizer.NewRMSProp(momentum)))
}

// Adam uses Adam, which is the default.
func Adam() Option { return renamed("Adam", WithOptimizer(optimizer.NewAdam())) }

// AdamW uses Adam with decoupled weight decay, 0.01 usually.
func AdamW(decay float64) Option { return renamed("AdamW", WithOptimizer(optimizer.NewAdamW(decay))) }

// Adamax uses Adamax, Adam with the largest gradient in place of the mean square.
func Adamax() Option { return renamed("Adamax", WithOptimizer(optimizer.NewAdamax())) }

// LAMB uses LAMB, made for large batches, with weight decay, 0.01 usually.
func LAMB(decay float64) Option { return renamed("LAMB", WithOptimizer(optimizer.NewLAMB(decay))) }

func renamed(name string, o Option) Option { return Option{name, o.set} }

// WeightDecay pulls learned parameters towards zero by this much, in the way of the
// optimizer; it replaces the optimizer's own decay.
func WeightDecay(decay float64) Option {
	return Option{"WeightDecay", func(s *Settings) error {
		if !(decay > 0) || math.IsInf(decay, 1) {
			return fmt.Errorf("train: weight decay %g (must be above 0; leave the option out for none)", decay)
		}
		s.Decay = decay
		return nil
	}}
}

// DecayWeightsOnly spares biases and the scales and offsets of norms from weight
// decay.
func DecayWeightsOnly() Option {
	return Option{"DecayWeightsOnly", func(s *Settings) error { s.DecayWeightsOnly = true; return nil }}
}

// optimizerOptions are the names of the options that change the optimizer.
var optimizerOptions = []string{
	"WithOptimizer", "SGD", "Nesterov", "Adagrad", "Adadelta", "RMSProp", "Adam", "AdamW", "Adamax", "LAMB",
	"WeightDecay", "DecayWeightsOnly",
}
