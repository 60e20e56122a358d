# For a release: all images for both kinds of processor, with what is in them (SBOM) and how they came about.
#   docker buildx bake -f deploy/docker-bake.hcl --push     REGISTRY and VERSION say where to and as what
variable "REGISTRY" { default = "rumbo" }
variable "VERSION" { default = "dev" }
variable "PYTHON_IMAGE" { default = "python:3.13-slim-trixie" }
variable "NODE_IMAGE" { default = "node:22-slim" }

group "default" { targets = ["image"] }

target "image" {
  name       = name
  matrix     = { name = ["app", "spark", "airflow"] }
  context    = "."
  dockerfile = "deploy/images/rumbo/Dockerfile"
  target     = name
  args       = { PYTHON_IMAGE = PYTHON_IMAGE, NODE_IMAGE = NODE_IMAGE }
  tags       = ["${REGISTRY}/${name}:${VERSION}"]
  platforms  = ["linux/amd64", "linux/arm64"]
  attest     = ["type=sbom", "type=provenance,mode=max"]
  labels = {
    "org.opencontainers.image.title"    = "Rumbo ${name}"
    "org.opencontainers.image.version"  = VERSION
    "org.opencontainers.image.licenses" = "Apache-2.0"
  }
}
