// Package nn holds the layers that convolutional backbones are made of, as graph
// code on GoMLX. It is the only place that works round what GoMLX or XLA is slow
// at or gets wrong, as opposed to package backbone, which says in what order the
// layers come, and package tune, which says what is trained.
//
// A layer is a plain struct. [Conv.Params] and its likes list its parameters
// with PyTorch's names and shapes; Apply builds it, taking the parameters from
// the scope it is given:
//
//	conv := nn.Conv{Name: "conv1", In: 3, Out: 64, Kernel: 7, Stride: 2}
//	norm := nn.BatchNorm{Name: "bn1", Channels: 64}
//	y := nn.ReLU.Apply(norm.Apply(scope, conv.Apply(scope, x), nn.Mode{}))
//
// Images are [batch, height, width, channels] and float32. Kernels are stored
// [height, width, in, out] and matrices [in, out], the order in which XLA works
// fastest; [ToStored] and [FromStored] translate from and to PyTorch's order.
//
// No layer ever decides what is trainable. A variable that a layer has to make
// itself is marked by its [Kind] once, when it is made; one that exists is left as
// it is. "Frozen" has one meaning: the layer runs in inference mode, which for
// [BatchNorm] is to use its running statistics and to leave them alone, and for
// [Dropout] to do nothing.
//
// Graph code panics on misuse, as GoMLX does; callers turn that into errors.
package nn
