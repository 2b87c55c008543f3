# Programs get archives instead of shared libraries, where the distribution has both: a process that looks at one small file spends
# most of its time on linking. A shared libpratique must not: its callers bring an Abseil of their own. Nor can Python's extension
# module: the archives are not made for shared libraries.
# PRATIQUE_ARCHIVES: there is one of each, and of the C library, so that the tool can do without a dynamic linker.
include(CheckCXXSourceCompiles)

# The archive beside a shared library, or that library.
function(pratique_archive location result)
  string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive "${location}")
  if(NOT EXISTS "${archive}")
    set(archive "${location}")
  endif()
  set(${result} "${archive}" PARENT_SCOPE)
endfunction()

get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
list(FILTER imported INCLUDE REGEX "^(absl::|ZLIB::ZLIB|BZip2::BZip2|LibLZMA::LibLZMA|OpenSSL::Crypto|PkgConfig::)")
set(shared "")
foreach(target IN LISTS imported)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  set(properties IMPORTED_LOCATION INTERFACE_LINK_LIBRARIES)
  if(configurations)
    list(TRANSFORM configurations PREPEND IMPORTED_LOCATION_)
    list(APPEND properties ${configurations})
  endif()
  foreach(property IN LISTS properties)
    get_target_property(locations ${target} ${property})
    if(NOT locations)
      continue()
    endif()
    set(archives "")
    foreach(location IN LISTS locations)
      pratique_archive("${location}" archive)
      list(APPEND archives "${archive}")
    endforeach()
    set_target_properties(${target} PROPERTIES ${property} "${archives}")
    list(FILTER archives INCLUDE REGEX "\\.so[.0-9]*$")
    list(APPEND shared ${archives})
  endforeach()
endforeach()

# Before glibc 2.34 a static program had threads only where it asked for all of them.
set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
check_cxx_source_compiles("
  #include <features.h>
  #if !defined(__GLIBC__) || !__GLIBC_PREREQ(2, 34)
  #error
  #endif
  #include <thread>
  int main() { std::thread([] {}).join(); }" PRATIQUE_STATIC_PIE)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
set(PRATIQUE_ARCHIVES OFF)
if(PRATIQUE_STATIC_PIE AND NOT shared)
  set(PRATIQUE_ARCHIVES ON)
endif()
