// The system calls that a runtime may make: an allow-list after Docker's default profile. Left out
// on purpose are those with a history of ways out: io_uring, bpf, userfaultfd, the kernel's key
// rings, perf_event_open, kexec, modules, everything that mounts, and new namespaces. clone3
// answers ENOSYS, so that the C library falls back to clone, whose flags a filter can read.
#include <string_view>

#include "oci/spec.hpp"

namespace colibri::oci {
namespace {

using json::Array;
using json::Object;

constexpr std::string_view kAllowed[] = {
    // Files and folders.
    "access",
    "chdir",
    "chmod",
    "chown",
    "chroot",
    "close",
    "close_range",
    "copy_file_range",
    "creat",
    "dup",
    "dup2",
    "dup3",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fallocate",
    "fanotify_mark",
    "fchdir",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "fchown",
    "fchownat",
    "fcntl",
    "fdatasync",
    "fgetxattr",
    "flistxattr",
    "flock",
    "fremovexattr",
    "fsetxattr",
    "fstat",
    "fstatfs",
    "fsync",
    "ftruncate",
    "futimesat",
    "getcwd",
    "getdents",
    "getdents64",
    "getxattr",
    "inotify_add_watch",
    "inotify_init",
    "inotify_init1",
    "inotify_rm_watch",
    "ioctl",
    "lchown",
    "lgetxattr",
    "link",
    "linkat",
    "listxattr",
    "llistxattr",
    "lremovexattr",
    "lseek",
    "lsetxattr",
    "lstat",
    "mkdir",
    "mkdirat",
    "mknod",
    "mknodat",
    "name_to_handle_at",
    "newfstatat",
    "open",
    "openat",
    "openat2",
    "pread64",
    "preadv",
    "preadv2",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "read",
    "readahead",
    "readlink",
    "readlinkat",
    "readv",
    "removexattr",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "sendfile",
    "setxattr",
    "splice",
    "stat",
    "statfs",
    "statx",
    "symlink",
    "symlinkat",
    "sync",
    "sync_file_range",
    "syncfs",
    "tee",
    "truncate",
    "umask",
    "unlink",
    "unlinkat",
    "utime",
    "utimensat",
    "utimes",
    "vmsplice",
    "write",
    "writev",
    // Waiting and events.
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_wait",
    "eventfd",
    "eventfd2",
    "io_cancel",
    "io_destroy",
    "io_getevents",
    "io_pgetevents",
    "io_setup",
    "io_submit",
    "pause",
    "pipe",
    "pipe2",
    "poll",
    "ppoll",
    "pselect6",
    "select",
    "signalfd",
    "signalfd4",
    "timerfd_create",
    "timerfd_gettime",
    "timerfd_settime",
    // Memory.
    "brk",
    "cachestat",
    "get_mempolicy",
    "madvise",
    "map_shadow_stack",
    "mbind",
    "membarrier",
    "memfd_create",
    "memfd_secret",
    "mincore",
    "mlock",
    "mlock2",
    "mlockall",
    "mmap",
    "mprotect",
    "mremap",
    "mseal",
    "msync",
    "munlock",
    "munlockall",
    "munmap",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "process_madvise",
    "process_mrelease",
    "remap_file_pages",
    "set_mempolicy",
    "set_mempolicy_home_node",
    // Processes, threads and signals. ptrace and its kin are for debuggers; they end at the
    // container's user namespace.
    "alarm",
    "arch_prctl",
    "capget",
    "capset",
    "execve",
    "execveat",
    "exit",
    "exit_group",
    "fork",
    "futex",
    "futex_requeue",
    "futex_wait",
    "futex_waitv",
    "futex_wake",
    "get_robust_list",
    "get_thread_area",
    "getcpu",
    "getegid",
    "geteuid",
    "getgid",
    "getgroups",
    "getitimer",
    "getpgid",
    "getpgrp",
    "getpid",
    "getppid",
    "getpriority",
    "getresgid",
    "getresuid",
    "getrlimit",
    "getrusage",
    "getsid",
    "gettid",
    "getuid",
    "ioprio_get",
    "ioprio_set",
    "kcmp",
    "kill",
    "landlock_add_rule",
    "landlock_create_ruleset",
    "landlock_restrict_self",
    "modify_ldt",
    "pidfd_getfd",
    "pidfd_open",
    "pidfd_send_signal",
    "prctl",
    "prlimit64",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "restart_syscall",
    "rseq",
    "rt_sigaction",
    "rt_sigpending",
    "rt_sigprocmask",
    "rt_sigqueueinfo",
    "rt_sigreturn",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "rt_tgsigqueueinfo",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_getaffinity",
    "sched_getattr",
    "sched_getparam",
    "sched_getscheduler",
    "sched_rr_get_interval",
    "sched_setaffinity",
    "sched_setattr",
    "sched_setparam",
    "sched_setscheduler",
    "sched_yield",
    "seccomp",
    "set_robust_list",
    "set_thread_area",
    "set_tid_address",
    "setfsgid",
    "setfsuid",
    "setgid",
    "setgroups",
    "setitimer",
    "setpgid",
    "setpriority",
    "setregid",
    "setresgid",
    "setresuid",
    "setreuid",
    "setrlimit",
    "setsid",
    "setuid",
    "sigaltstack",
    "tgkill",
    "tkill",
    "vfork",
    "wait4",
    "waitid",
    // Talking: sockets (socket itself is below) and System V objects of the own ipc namespace.
    "accept",
    "accept4",
    "bind",
    "connect",
    "getpeername",
    "getsockname",
    "getsockopt",
    "listen",
    "mq_getsetattr",
    "mq_notify",
    "mq_open",
    "mq_timedreceive",
    "mq_timedsend",
    "mq_unlink",
    "msgctl",
    "msgget",
    "msgrcv",
    "msgsnd",
    "recvfrom",
    "recvmmsg",
    "recvmsg",
    "semctl",
    "semget",
    "semop",
    "semtimedop",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "setsockopt",
    "shmat",
    "shmctl",
    "shmdt",
    "shmget",
    "shutdown",
    "socketpair",
    // Time and facts.
    "adjtimex",
    "clock_adjtime",
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "getrandom",
    "gettimeofday",
    "nanosleep",
    "sysinfo",
    "time",
    "timer_create",
    "timer_delete",
    "timer_getoverrun",
    "timer_gettime",
    "timer_settime",
    "times",
    "uname",
    "ustat",
};

// Families of sockets: local, IPv4, IPv6 and netlink (which getaddrinfo asks for addresses). Not
// among them: AF_VSOCK reaches the hypervisor, AF_ALG and AF_PACKET reach rarely walked kernel
// code.
constexpr uint64_t kFamilies[] = {1, 2, 10, 16};

// personality: the values that programs in use set (Docker's five).
constexpr uint64_t kPersonalities[] = {0x0, 0x8, 0x20000, 0x20008, 0xffffffff};

// Every CLONE_NEW* flag that clone takes.
constexpr uint64_t kNewNamespaces = 0x7e020000;

constexpr int kNoSuchCall = 38;  // ENOSYS
constexpr int kNotPermitted = 1;

Object rule(Array names, const char* action) {
  return Object{{"names", std::move(names)}, {"action", action}};
}

Object allow_when(const char* name, Object condition) {
  Object allowed = rule({name}, "SCMP_ACT_ALLOW");
  allowed.set("args", Array{std::move(condition)});
  return allowed;
}

Object first_is(uint64_t value) {
  return Object{{"index", 0}, {"value", value}, {"op", "SCMP_CMP_EQ"}};
}

const char* native_architecture() {
#if defined(__x86_64__)
  return "SCMP_ARCH_X86_64";
#elif defined(__aarch64__)
  return "SCMP_ARCH_AARCH64";
#else
#error "seccomp: name this architecture"
#endif
}

}  // namespace

json::Object seccomp() {
  Array rules;
  rules.push_back(rule(Array(std::begin(kAllowed), std::end(kAllowed)), "SCMP_ACT_ALLOW"));
  for (const uint64_t family : kFamilies) rules.push_back(allow_when("socket", first_is(family)));
  for (const uint64_t value : kPersonalities) {
    rules.push_back(allow_when("personality", first_is(value)));
  }
  rules.push_back(allow_when(
      "clone",
      Object{
          {"index", 0}, {"value", kNewNamespaces}, {"valueTwo", 0}, {"op", "SCMP_CMP_MASKED_EQ"}}));
  Object no_clone3 = rule({"clone3"}, "SCMP_ACT_ERRNO");
  no_clone3.set("errnoRet", kNoSuchCall);
  rules.push_back(std::move(no_clone3));
  return Object{{"defaultAction", "SCMP_ACT_ERRNO"},
                {"defaultErrnoRet", kNotPermitted},
                {"architectures", Array{native_architecture()}},
                {"syscalls", std::move(rules)}};
}

}  // namespace colibri::oci
