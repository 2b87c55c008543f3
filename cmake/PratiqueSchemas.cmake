# Generates, for every schema/NAME.fbs: NAME_generated.h (tables, static reflection) and NAME_bfbs_generated.h (the
# binary schema, embedded: the plan is compiled from it at run time). Generated headers are never installed.
find_program(FLATC flatc REQUIRED)
set(PRATIQUE_GENERATED_DIR ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${PRATIQUE_GENERATED_DIR})
file(GLOB PRATIQUE_SCHEMAS CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/schema/*.fbs)
set(generated)
foreach(schema ${PRATIQUE_SCHEMAS})
  get_filename_component(name ${schema} NAME_WE)
  set(outputs ${PRATIQUE_GENERATED_DIR}/${name}_generated.h)
  if(NOT name STREQUAL "rules")
    list(APPEND outputs ${PRATIQUE_GENERATED_DIR}/${name}_bfbs_generated.h)
  endif()
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${CMAKE_COMMAND} -D FLATC=${FLATC} -D SCHEMAS=${PROJECT_SOURCE_DIR}/schema -D NAME=${name}
            -D SCRATCH=${PROJECT_BINARY_DIR}/flatc/${name} -D OUT=${PRATIQUE_GENERATED_DIR}
            -P ${PROJECT_SOURCE_DIR}/cmake/GenerateSchema.cmake
    DEPENDS ${PRATIQUE_SCHEMAS} ${PROJECT_SOURCE_DIR}/cmake/GenerateSchema.cmake
    COMMENT "flatc ${name}.fbs" VERBATIM)
  list(APPEND generated ${outputs})
endforeach()
add_custom_target(pratique_schema_headers DEPENDS ${generated})
add_library(pratique_schemas INTERFACE)
add_dependencies(pratique_schemas pratique_schema_headers)
target_include_directories(pratique_schemas SYSTEM INTERFACE ${PRATIQUE_GENERATED_DIR})
