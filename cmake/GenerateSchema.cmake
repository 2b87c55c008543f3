# What flatc makes of one schema, without its comments: run as cmake -D FLATC -D SCHEMAS (folders) -D NAME -D SCRATCH -D OUT -P.
# A header is written only when it changes, so that a word in a comment compiles nothing.
file(MAKE_DIRECTORY ${SCRATCH})
list(TRANSFORM SCHEMAS APPEND /*.fbs)
file(GLOB schemas ${SCHEMAS})
foreach(schema ${schemas})
  get_filename_component(file ${schema} NAME)
  file(READ ${schema} text)
  string(REGEX REPLACE "(^|\n) *///[^\n]*" "\\1" text "${text}")
  file(WRITE ${SCRATCH}/${file} "${text}")
endforeach()
execute_process(
  COMMAND ${FLATC} --cpp --cpp-std c++17 --cpp-static-reflection --scoped-enums --bfbs-gen-embed --bfbs-builtins
          -o ${SCRATCH} -I ${SCRATCH} ${SCRATCH}/${NAME}.fbs
  COMMAND_ERROR_IS_FATAL ANY)
file(GLOB headers ${SCRATCH}/*_generated.h)
foreach(header ${headers})
  get_filename_component(file ${header} NAME)
  configure_file(${header} ${OUT}/${file} COPYONLY)
endforeach()
