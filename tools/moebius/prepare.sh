#!/usr/bin/env bash
# Makes the graphs and all the headers of them that measure.mjs wants:
#     tools/moebius/prepare.sh PYTHON ONNX_HEADER FOLDER [full|tiny]
set -euo pipefail
python=$1 program=$(realpath "$2") folder=$3 scale=${4:-full}
tools=$(dirname "$0")
side=64
[ "$scale" = tiny ] && side=16
image=$((8 * side))
"$python" "$tools/shape.py" "$folder" --scale "$scale"
cd "$folder"
"$program" unet.onnx unet.header.onnx
for layout in nchw nhwc; do
  more=
  [ $layout = nhwc ] && more=--whole-channels
  "$program" unet.onnx unet.$layout.onnx $more latent=2,9,$side,$side timesteps=2 input_ids=2,10
  "$program" vae_encoder.onnx vae_encoder.$layout.onnx $more image=1,3,$image,$image
  "$program" vae_decoder.onnx vae_decoder.$layout.onnx $more latent=1,4,$side,$side
done
cd - >/dev/null
"$python" "$tools/half.py" "$folder/unet.nchw.onnx" "$folder/unet.half.onnx" &
"$python" "$tools/half.py" "$folder/unet.nhwc.onnx" "$folder/unet.half-nhwc.onnx"
wait
