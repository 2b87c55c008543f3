# Types of one's own, linked into one's own programs: find_package(pratique COMPONENTS extend). docs/own-types.md explains them.

# pratique_add_types(NAME FAMILIES F... HEADERS H... SOURCES S... SCHEMAS N.fbs...)
# A library of estimator types: what flatc makes of the schemas, the sources, and the registry that holds the built-in types and the
# families F, each a function that a header of HEADERS declares. A schema without rules for each field stops the build.
function(pratique_add_types name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FAMILIES;HEADERS;SOURCES;SCHEMAS")
  foreach(needed FAMILIES HEADERS SOURCES SCHEMAS)
    if(NOT arg_${needed})
      message(FATAL_ERROR "pratique_add_types(${name}): ${needed} is missing")
    endif()
  endforeach()
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${name}.types)
  set(generated)
  foreach(schema IN LISTS arg_SCHEMAS)
    get_filename_component(schema ${schema} ABSOLUTE)
    get_filename_component(stem ${schema} NAME_WE)
    get_filename_component(folder ${schema} DIRECTORY)
    set(headers ${made}/${stem}_generated.h ${made}/${stem}_bfbs_generated.h)
    add_custom_command(OUTPUT ${headers}
      COMMAND ${CMAKE_COMMAND} -D FLATC=${PRATIQUE_FLATC} -D "SCHEMAS=${PRATIQUE_EXTEND_DIR}/schema;${folder}" -D NAME=${stem}
              -D SCRATCH=${made}/flatc/${stem} -D OUT=${made} -P ${PRATIQUE_EXTEND_DIR}/extend/GenerateSchema.cmake
      DEPENDS ${schema} COMMENT "flatc ${stem}.fbs" VERBATIM)
    list(APPEND generated ${headers})
  endforeach()

  set(includes "")
  set(families "")
  foreach(header IN LISTS arg_HEADERS)
    string(APPEND includes "#include \"${header}\"\n")
  endforeach()
  foreach(family IN LISTS arg_FAMILIES)
    string(APPEND families "&${family}(), ")
  endforeach()
  file(CONFIGURE OUTPUT ${made}/program_types.cc @ONLY CONTENT [[
// Written by pratique_add_types: the built-in types and these.
#include "registry/program_types.h"

#include <cstdio>
#include <cstdlib>

@includes@
const pratique::Registry& pratique::ProgramTypes() {
  static const Registry* const types = [] {
    const Family* const own[] = {@families@};
    absl::StatusOr<Registry> made = Registry::BuiltinAnd(own);
    if (made.ok()) return new Registry(*std::move(made));
    std::fprintf(stderr, "%s\n", made.status().ToString().c_str());
    std::abort();
  }();
  return *types;
}
]])
  set(sources ${made}/program_types.cc)
  foreach(source IN LISTS arg_SOURCES)
    get_filename_component(source ${source} ABSOLUTE)
    list(APPEND sources ${source})
  endforeach()
  add_custom_target(${name}_headers DEPENDS ${generated})
  add_library(${name} STATIC ${sources})
  pratique_use_types_(${name} ${name} ${made})
  set_target_properties(${name} PROPERTIES PRATIQUE_TYPE_SOURCES "${sources}" PRATIQUE_TYPE_HEADERS ${made})

  add_executable(${name}_schema_check ${PRATIQUE_EXTEND_DIR}/extend/program_types.cc)
  target_link_libraries(${name}_schema_check PRIVATE ${name})
  add_custom_command(TARGET ${name}_schema_check POST_BUILD COMMAND ${name}_schema_check COMMENT "Checking the rules of every schema")
endfunction()

# What compiles the sources of types.
function(pratique_use_types_ target types made)
  add_dependencies(${target} ${types}_headers)
  target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_include_directories(${target} SYSTEM PUBLIC ${made})
  target_link_libraries(${target} PUBLIC pratique::extend)
endfunction()

# pratique_add_cli(NAME TYPES T)
# The tool, with all its commands, over the types T.
function(pratique_add_cli name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TYPES" "")
  add_executable(${name} ${PRATIQUE_EXTEND_DIR}/extend/main.cc)
  target_link_libraries(${name} PRIVATE pratique::commands ${arg_TYPES})
endfunction()

# pratique_add_fuzzers(T MODELS M...)
# Fuzz targets over the types T: T_load_fuzzer (any bytes, of any format), T_state_fuzzer (any states under right digests) and T_prq_fuzzer
# (one rule of a proven model broken at a time, among other changes, then predict). Their seeds are made of the models M, into the folder
# T.seeds. By Clang they are libFuzzer's, with AddressSanitizer and UndefinedBehaviorSanitizer in the types; by others they replay their
# seeds. ctest does that in any case.
function(pratique_add_fuzzers types)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MODELS")
  set(extend ${PRATIQUE_EXTEND_DIR}/extend)
  set(seeds ${CMAKE_CURRENT_BINARY_DIR}/${types}.seeds)
  set(models)
  foreach(model IN LISTS arg_MODELS)
    get_filename_component(model ${model} ABSOLUTE)
    list(APPEND models ${model})
  endforeach()
  add_executable(${types}_make_seeds ${extend}/make_seeds.cc)
  target_link_libraries(${types}_make_seeds PRIVATE ${types})
  add_custom_command(OUTPUT ${seeds}/made COMMAND ${types}_make_seeds ${seeds} ${models} COMMAND ${CMAKE_COMMAND} -E touch ${seeds}/made
    DEPENDS ${types}_make_seeds ${models} COMMENT "Seeds from models" VERBATIM)
  add_custom_target(${types}_seeds ALL DEPENDS ${seeds}/made)

  get_target_property(sources ${types} PRATIQUE_TYPE_SOURCES)
  get_target_property(made ${types} PRATIQUE_TYPE_HEADERS)
  add_library(${types}_fuzzing OBJECT ${sources})
  pratique_use_types_(${types}_fuzzing ${types} ${made})
  set(fuzzes $<CXX_COMPILER_ID:Clang>)
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -O1 -g1)
  target_compile_options(${types}_fuzzing PUBLIC "$<${fuzzes}:-fsanitize=fuzzer-no-link;${sanitize}>")
  foreach(name load state prq)
    set(target ${types}_${name}_fuzzer)
    add_executable(${target} ${extend}/${name}_fuzzer.cc)
    target_link_libraries(${target} PRIVATE ${types}_fuzzing)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      target_compile_definitions(${target} PRIVATE PRATIQUE_LIBFUZZER)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer,address,undefined)
      add_test(NAME ${target} COMMAND ${target} -runs=0 ${seeds}/${name})
    else()
      target_sources(${target} PRIVATE ${extend}/replay.cc)
      add_test(NAME ${target} COMMAND ${target} ${seeds}/${name})
    endif()
  endforeach()
endfunction()
