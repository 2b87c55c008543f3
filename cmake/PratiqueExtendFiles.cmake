# What the component `extend` installs under include/pratique/extend/, by its path in src/ or here: none includes a header of ours that
# is not on the list (tests/floors).
set(PRATIQUE_EXTEND_HEADERS
  # what a type is made of
  src/aligned_memory.h
  src/import/graph.h
  src/import/sklearn/import_context.h
  src/model/check_array.h
  src/model/feature_names.h
  src/model/run.h
  src/state/arena.h
  src/state/bind.h
  src/state/plan.h
  src/state/violation.h
  src/status_macros.h
  src/type/change.h
  src/type/class.h
  src/type/members.h
  src/type/signature.h
  src/type/transformer_signature.h
  src/type/values.h
  src/type/words.h
  # what a program with own types defines and calls
  src/cli/tool.h
  src/registry/program_types.h
  src/registry/schema_faults.h
  # what the fuzz targets are made of
  fuzz/objects.h
  fuzz/property.h
  fuzz/prq_mutator.h
  fuzz/scan_input.h
  fuzz/violations.h
  src/archive/inflate.h
  src/container/storage.h
  src/container/writer.h
  src/data/file_io.h
  src/format/sniff.h
  src/policy/limit_fields.h
  src/state/layout.h
  src/validate/states.h)

# Compiled anew with the types of each program; in share/pratique/extend/.
set(PRATIQUE_EXTEND_SOURCES
  cmake/GenerateSchema.cmake
  fuzz/load_fuzzer.cc
  fuzz/make_seeds.cc
  fuzz/prq_fuzzer.cc
  fuzz/replay.cc
  fuzz/state_fuzzer.cc
  src/cli/main.cc
  src/schema_check/program_types.cc)
