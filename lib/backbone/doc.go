// Package backbone builds convolutional networks: an architecture is a list of
// stages that turn pixels into features. It knows names, shapes and order, as
// opposed to package nn, which knows how a layer is computed, package preset,
// which knows where pretrained parameters are, and package tune, which decides
// which of them learn.
//
//	m, err := backbone.New("mobilenet_v2")
//	if err != nil {
//		return err
//	}
//	report, err := m.Load(store, file) // or m.Init(store, seed)
//	...
//	features := func(scope *model.Scope, x *graph.Node) *graph.Node { // [batch, height, width, 3]
//		x = m.Apply(scope.Store().Scope(backbone.Root), x, 0, len(m.Stages), nn.Mode{})
//		return m.Pool(x) // [batch, m.Features]
//	}
//
// Parameters carry the names of torchvision (mobilenet_v2, resnet) or timm
// (tf_efficientnet_lite, resnet). In the store, "features.0.1.running_mean" is
// the variable "/backbone/features.0.1/running_mean". Adding an architecture takes
// one file with its stages and a row in the table of archs; the contract test
// then holds for it.
package backbone
