# SPDX-License-Identifier: MIT
"""git: commits, merges, a rebase, clones, packing; every object compared."""
from job import script

script("git", r"""
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'
git config --global user.name nobody; git config --global user.email nobody@example.org
git config --global pack.threads 1; git config --global init.defaultBranch main
git config --global advice.detachedHead false; git config --global gc.auto 0
git init -q one && cd one || exit
for i in $(seq 60); do seq $i $((i * 7)) >f$i; done; git add . && git commit -qm first
for i in $(seq 3); do seq $i 500 >f$i; git commit -qam "change $i"; done
git checkout -qb side HEAD~2; echo side >s; git add s; git commit -qm side
git checkout -q main; git merge -q --no-edit side; git log --oneline --graph --stat --no-color
git checkout -qb conflict HEAD~3; echo x >f1; git commit -qam conflict; git merge main; git merge --abort
git rebase -q main; git status -s | head -n 3; git rebase --abort; git checkout -q main
git diff --stat HEAD~3 | tail -n 1; git blame f3 | cut -c1-8 | uniq | wc -l; git grep -c 77 | head -n 2
git format-patch -q -2 -o patches; git archive HEAD | tar t | wc -l; git bundle create -q b HEAD
git repack -qad; git fsck --full; git count-objects -v | grep -v size; cd ..
git clone -q --no-local one two; git -C two log --format=%H | cksum; git -C two fetch -q nowhere; echo $?
""", quick=True, seconds=600, ignored={
    "*/index": "has inodes and times of files",
})
