#!/bin/sh
# A sweep on a real Slurm of one node, started and stopped here: one of its tasks is killed in the middle, and the result is
# compared with that of a local sweep, byte by byte.
#
#   Tests/slurm.sh [CELLAR]        the command; .build/release/cellar by default
#
# Needs slurmctld, slurmd, sbatch and munged (Debian: slurm-wlm, munge; `make slurm` installs them) and must run as root, as
# Slurm's daemons do. All its files lie in a temporary folder; an installed Slurm's configuration is left alone.
set -eu

cellar=$(realpath "${1:-.build/release/cellar}")
[ -x "$cellar" ] || { echo "slurm.sh: no command at $cellar; make build makes it" >&2; exit 66; }
for program in slurmctld slurmd sbatch squeue scontrol munged; do
    PATH=$PATH:/usr/sbin command -v $program >/dev/null || {
        echo "slurm.sh: left out, $program is not installed; make slurm installs it"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "slurm.sh: left out, Slurm's daemons need root"; exit 0; }
PATH=$PATH:/usr/sbin

home=$(mktemp -d /tmp/cellar-slurm.XXXXXX)
chmod 755 "$home"
started=
stop() {
    status=$?
    trap - EXIT INT TERM
    for process in $started; do kill "$process" 2>/dev/null || true; done
    sleep 1
    for process in $started; do kill -KILL "$process" 2>/dev/null || true; done
    if [ $status = 0 ]; then rm -rf "$home"; else echo "slurm.sh: failed; logs in $home" >&2; fi
    exit $status
}
trap stop EXIT INT TERM

# Munge with a key and a socket of its own.
mkdir -m 700 "$home/munge"
dd if=/dev/urandom of="$home/munge/key" bs=1024 count=1 2>/dev/null
chmod 400 "$home/munge/key"
munged --foreground --force --key-file="$home/munge/key" --socket="$home/munge/socket" --pid-file="$home/munge/pid" \
    --log-file="$home/munge/log" --seed-file="$home/munge/seed" >"$home/munged.out" 2>&1 &
started="$started $!"

host=$(hostname -s)
processors=$(getconf _NPROCESSORS_ONLN)
mkdir "$home/state" "$home/spool"
cat >"$home/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$home/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdLogFile=$home/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=100000
MinJobAge=10
ReturnToService=2
PropagateResourceLimits=NONE
NodeName=$host NodeAddr=127.0.0.1 CPUs=$processors State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$home/slurm.conf"
slurmctld -D >"$home/slurmctld.out" 2>&1 &
started="$started $!"
slurmd -D -N "$host" >"$home/slurmd.out" 2>&1 &
started="$started $!"
tries=0
until sinfo --noheader --format=%T 2>/dev/null | grep -q '^idle'; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || { echo "slurm.sh: the node does not come up" >&2; tail -n 5 "$home"/*.log "$home"/*.out >&2; exit 70; }
    sleep 0.5
done

# Twelve runs in four tasks, long enough that one can be killed.
sweep() {
    "$cellar" sweep lg-m50-okane2022 --ageing okane2022 --mesh fast --cycles "$cycles" --samples 12 --seed 7 \
        --vary "rate=0.5:1.5" --vary "temperature=15:40" --spread "Negative electrode > Thickness [m]=0.01" \
        --noise capacity=0.001 --protocol "Discharge at {rate}C until 2.5 V" "Charge at C/2 until 4.2 V" "$@"
}
cycles=${SLURM_TEST_CYCLES:-150}
sweep --out "$home/local" >/dev/null

echo "Slurm refuses what it cannot do:"
if sweep --out "$home/refused" --slurm --partition nowhere; then exit 70; else [ $? = 70 ]; fi

sweep --out "$home/cluster" --slurm --partition test --chunk 3 --throttle 2 >"$home/sweep.out" 2>"$home/sweep.err" &
waiting=$!
# The second task is killed once it has a process: as a node that goes down, without a word to the task.
killed=
tries=0
while [ -z "$killed" ] && [ $tries -lt 600 ]; do
    tries=$((tries + 1))
    task=$(pgrep -f "sweep --task $home/cluster 1\$" | head -n 1 || true)
    if [ -n "$task" ] && [ -n "$(find "$home/cluster/runs" -name '00000[456].csv*' 2>/dev/null)" ]; then
        kill -KILL "$task" && killed=$task
    fi
    sleep 0.05
done
[ -n "$killed" ] || { echo "slurm.sh: no task could be killed in the middle" >&2; exit 70; }
wait $waiting || { cat "$home/sweep.err" >&2; exit 70; }
cat "$home/sweep.out"
submissions=$(grep -c 'sched: Allocate\|backfill: Started\|sched/backfill: _start_job' "$home/slurmctld.log" || true)
diff -r --exclude=times.csv "$home/local" "$home/cluster"
echo "killed task made up for ($submissions tasks were started), all files as of the local sweep"

# Submitted and left alone, then gathered.
sweep --out "$home/detached" --slurm --partition test --array-size 2 --detach
"$cellar" sweep --collect "$home/detached" >/dev/null
diff -r --exclude=times.csv "$home/local" "$home/detached"
echo "detached and gathered, all files as of the local sweep"
