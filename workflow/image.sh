#!/bin/sh
# Fills an image: what Dockerfile and Apptainer.def have in common. The image holds all that smoot needs and not smoot
# itself: its code is that of the folder in which the image runs, which must be the project's.
# sh image.sh cuda|cpu REQUIREMENTS
set -eu
kind=$1 requirements=$2
case $kind in
    cuda) pip install --no-cache-dir --require-hashes --requirement "$requirements" ;;
    cpu)
        # The same versions without CUDA: PyTorch's own index has them, as other files, so their checksums are others.
        sed --quiet --regexp-extended '/^(nvidia|cuda|triton)/d; s/^([^ #]+==.*[^ \\]) *\\?$/\1/p' "$requirements" > "$requirements.cpu"
        pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu --requirement "$requirements.cpu"
        ;;
    *)
        echo "image.sh: $kind: no such kind of image; allowed: cuda, cpu" >&2
        exit 2
        ;;
esac
mkdir -p "${PREFIX:=/usr/local}/bin"
cat > "$PREFIX/bin/smoot" <<'END'
#!/bin/sh
PYTHONPATH=$PWD exec python -m smoot "$@"
END
chmod +x "$PREFIX/bin/smoot"
