// /proc/self/mountinfo as WSL, Docker, Docker Desktop, Podman and Kubernetes show it.
#include "io/host_texts.hpp"
#include "io/limits.hpp"

#include <gtest/gtest.h>

namespace nearside::paths {
void PrintTo(const Mount& mount, std::ostream* out) {
  *out << mount.source << " at " << mount.target;
}
}  // namespace nearside::paths

namespace nearside::io {
namespace {

using paths::Mount;
using Mounts = std::vector<Mount>;

TEST(Mountinfo, IsReadAsProcSays) {
  const auto lines = read_mountinfo(
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n"
      "37 35 98:0 / /a\\040b\\134 rw - tmpfs none rw\n"
      "38 35 98:0 / /c rw - 9p drvfs\n");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], (MountLine{"/mnt1", "/mnt2", "ext3", "/dev/root", "rw,errors=continue"}));
  EXPECT_EQ(lines[1], (MountLine{"/", "/a b\\", "tmpfs", "none", "rw"}));
  EXPECT_EQ(lines[2], (MountLine{"/", "/c", "9p", "drvfs", ""}));
}

TEST(Mountinfo, PassesOverWhatIsNoLineOfIt) {
  EXPECT_TRUE(read_mountinfo("").empty());
  EXPECT_TRUE(read_mountinfo("\n\n - \nx\n1 2 3 / / rw\n1 2 3 / / - ext4\n").empty());
  EXPECT_TRUE(read_mountinfo("1 2 3:4 net:[4026] /run/netns/x rw - nsfs nsfs rw\n").empty());
  const std::string long_line =
      "1 2 3:4 / /" + std::string(kMaxMountLineBytes, 'x') + " rw - ext4 /dev/a rw\n";
  EXPECT_EQ(read_mountinfo(long_line + "1 2 3:4 / /b rw - ext4 /dev/a rw").size(), 1U);
}

TEST(DriveMounts, AreWhatWslShowsOfWindows) {
  const struct {
    const char* what;
    const char* text;
    Mounts mounts;
  } cases[]{
      {"WSL 2, a kernel of today",
       "55 70 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered\n"
       "71 55 0:28 / /mnt/wsl rw,relatime shared:1 - tmpfs none rw\n"
       "72 55 0:29 / /usr/lib/wsl/drivers ro,nosuid,nodev,noatime - 9p none ro,dirsync,"
       "aname=drivers;fmask=222;dmask=222,mmap,access=client,msize=65536,trans=fd,rfd=7,wfd=7\n"
       "98 55 0:75 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;uid=1000;"
       "gid=1000;symlinkroot=/mnt/,mmap,access=client,msize=65536,trans=fd,rfd=5,wfd=5\n"
       "99 55 0:76 / /mnt/d rw,noatime - 9p D:\\134 rw,dirsync,aname=drvfs;path=D:\\;uid=1000\n",
       {{"C:\\", "/mnt/c"}, {"D:\\", "/mnt/d"}}},
      {"WSL 2, an older kernel",
       "41 30 0:41 / /mnt/c rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;path=C:\\;uid=1000;gid="
       "1000;symlinkroot=/mnt/,mmap,access=client,msize=262144,trans=virtio\n",
       {{"C:\\", "/mnt/c"}}},
      {"WSL 2 with virtiofs: only where it shows tells the drive",
       "41 30 0:41 / /mnt/c rw,noatime - virtiofs drvfsaC rw\n"
       "42 30 0:42 / /mnt/data rw,noatime - virtiofs drvfs1 rw\n",
       {{"C:\\", "/mnt/c"}}},
      {"WSL 1",
       "3 2 0:2 / / rw,noatime - wslfs rootfs rw\n"
       "8 3 0:9 / /mnt/c rw,noatime - drvfs C:\\134 rw,uid=1000,gid=1000,case=off\n",
       {{"C:\\", "/mnt/c"}}},
      {"WSL 1, a share of the network",
       "9 3 0:10 / /mnt/share rw - drvfs \\134\\134server\\134team\\040files rw\n",
       {{"\\\\server\\team files", "/mnt/share"}}},
      {"a folder of a drive, mounted by hand",
       "9 3 0:10 /Users/me /home/me/win rw - 9p C:\\134 rw,aname=drvfs;path=C:\\;uid=1000\n",
       {{"C:\\Users\\me", "/home/me/win"}}},
      {"no WSL at all", "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n", {}},
  };
  for (const auto& one : cases)
    EXPECT_EQ(drive_mounts(read_mountinfo(one.text), "/mnt/"), one.mounts) << one.what;
}

TEST(DriveMounts, AreFoundBelowAnotherRootToo) {
  const auto lines = read_mountinfo("41 30 0:41 / /drives/e rw - virtiofs drvfsaE rw\n");
  EXPECT_EQ(drive_mounts(lines, "/drives/"), (Mounts{{"E:\\", "/drives/e"}}));
}

TEST(BindMounts, AreTheHostsFoldersInAContainer) {
  const struct {
    const char* what;
    const char* text;
    Mounts mounts;
  } cases[]{
      {"Docker on Linux",
       "512 420 0:49 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n"
       "513 512 0:52 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"
       "514 512 0:53 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755\n"
       "520 512 8:1 /var/lib/docker/containers/0123/resolv.conf /etc/resolv.conf rw - ext4 "
       "/dev/sda1 rw\n"
       "521 512 8:1 /var/lib/docker/containers/0123/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n"
       "522 512 8:1 /home/u/proj /workspaces/proj rw,relatime - ext4 /dev/sda1 rw\n"
       "523 512 8:1 /home/u/with\\040space /data rw,relatime - ext4 /dev/sda1 rw\n",
       {{"/home/u/proj", "/workspaces/proj"}, {"/home/u/with space", "/data"}}},
      {"a whole disk: whose place on the host nobody tells",
       "600 512 8:17 / /data rw,relatime - ext4 /dev/sdb1 rw\n",
       {}},
      {"Docker Desktop on macOS with virtiofs",
       "700 690 0:43 /proj /workspaces/proj rw,nosuid,nodev - virtiofs /run/host_mark/Users/me "
       "rw\n"
       "701 690 0:43 /me/proj /src rw,nosuid,nodev - fakeowner /run/host_mark/Users rw,fakeowner\n"
       "702 690 0:44 / /whole rw - virtiofs /run/host_mark/Volumes rw\n",
       {{"/Users/me/proj", "/workspaces/proj"},
        {"/Users/me/proj", "/src"},
        {"/Volumes", "/whole"}}},
      {"Docker Desktop on macOS with gRPC FUSE, and osxfs before it",
       "700 690 0:43 /Users/me/proj /src rw - fuse.grpcfuse grpcfuse rw,user_id=0\n"
       "701 690 0:44 /host_mnt/Users/me/lib /lib2 rw - fuse.osxfs osxfs rw\n",
       {{"/Users/me/proj", "/src"}, {"/Users/me/lib", "/lib2"}}},
      {"Docker Desktop on Windows",
       "800 790 0:60 /Users/me/proj /src rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;"
       "metadata\n"
       "801 790 0:61 /run/desktop/mnt/host/d/work /work rw - ext4 /dev/sdd rw\n",
       {{"C:\\Users\\me\\proj", "/src"}, {"D:\\work", "/work"}}},
      {"rootless Podman",
       "900 890 0:70 / / rw,relatime - overlay overlay rw\n"
       "901 900 0:25 /containers/overlay-containers/0123/userdata/hosts /etc/hosts rw - tmpfs "
       "tmpfs rw\n"
       "902 900 253:2 /u/proj /work rw,relatime - xfs /dev/mapper/fedora-home rw,seclabel\n",
       {{"/u/proj", "/work"}}},
      {"a pod of Kubernetes",
       "950 940 8:1 /var/lib/kubelet/pods/7a/volumes/kubernetes.io~configmap/c /config ro - ext4 "
       "/dev/sda1 rw\n"
       "951 940 0:80 / /run/secrets/kubernetes.io/serviceaccount ro - tmpfs tmpfs ro\n"
       "952 940 8:1 /srv/code /code rw - ext4 /dev/sda1 rw\n",
       {{"/srv/code", "/code"}}},
  };
  for (const auto& one : cases)
    EXPECT_EQ(bind_mounts(read_mountinfo(one.text)), one.mounts) << one.what;
}

}  // namespace
}  // namespace nearside::io
