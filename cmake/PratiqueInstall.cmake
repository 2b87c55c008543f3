# Installs the library, its public headers, the packages that find_package(pratique) and pkg-config read, and the licence; the
# tool too.
include(CMakePackageConfigHelpers)
set(PRATIQUE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/pratique)

install(TARGETS pratique EXPORT pratiqueTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pratique DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/schema/rules.fbs DESTINATION ${CMAKE_INSTALL_DATADIR}/pratique/schema)
install(EXPORT pratiqueTargets NAMESPACE pratique:: DESTINATION ${PRATIQUE_PACKAGE_DIR})
if(TARGET pratique_cli)
  install(TARGETS pratique_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# A shared library carries its private dependencies; a static one leaves them to whoever links it.
get_target_property(library_type pratique TYPE)
if(library_type STREQUAL "STATIC_LIBRARY")
  set(PRATIQUE_IS_STATIC ON)
else()
  set(PRATIQUE_IS_STATIC OFF)
endif()
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/pratiqueConfig.cmake.in
  ${PROJECT_BINARY_DIR}/pratiqueConfig.cmake INSTALL_DESTINATION ${PRATIQUE_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pratiqueConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pratiqueConfig.cmake ${PROJECT_BINARY_DIR}/pratiqueConfigVersion.cmake
  DESTINATION ${PRATIQUE_PACKAGE_DIR})

# pkg-config: a static library names what it is linked with; bzip2 and threads have no file of their own.
set(PRATIQUE_PC_REQUIRES "")
set(PRATIQUE_PC_LIBS "")
if(PRATIQUE_IS_STATIC)
  set(PRATIQUE_PC_REQUIRES "absl_strings absl_cord flatbuffers zlib liblzma liblz4 libzstd libzip libcrypto libhwy")
  set(PRATIQUE_PC_LIBS "-lbz2 -pthread")
endif()
file(RELATIVE_PATH PRATIQUE_PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" PRATIQUE_PC_UP "${PRATIQUE_PC_UP}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/pratique.pc.in ${PROJECT_BINARY_DIR}/pratique.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pratique.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
