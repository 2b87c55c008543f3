# What makes a fault in memory hard to use, for the library and the tool: position-independent, all relocations resolved before main
# and then read-only, no executable stack, canaries, checked libc calls and checked std:: indexes, landing pads for indirect jumps.
# Not in builds with sanitizers, which find more and have checks of their own.
option(PRATIQUE_HARDEN "Compile the library and the tool with the compiler's and the linker's protections" OFF)
if(PRATIQUE_HARDEN)
  include(CheckPIESupported)
  check_pie_supported()
endif()

function(pratique_harden target)
  if(NOT PRATIQUE_HARDEN OR PRATIQUE_SANITIZE OR PRATIQUE_LIBFUZZER)
    return()
  endif()
  target_compile_options(${target} PRIVATE -fstack-protector-strong -fstack-clash-protection
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)  # needs optimisation
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    target_compile_options(${target} PRIVATE -fcf-protection=full)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_options(${target} PRIVATE -mbranch-protection=standard)
  endif()
  target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  target_link_options(${target} PRIVATE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endfunction()
