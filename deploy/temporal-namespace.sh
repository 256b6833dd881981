#!/bin/sh
# The namespace, and the search attributes that runs are found by.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention 30d
for attribute in TfxPipeline=Keyword TfxOutcome=Keyword TfxSpan=Int TfxModelVersion=Int; do
  temporal operator search-attribute create --namespace "$namespace" --name "${attribute%=*}" --type "${attribute#*=}" ||
    echo "${attribute%=*} is there already"
done
