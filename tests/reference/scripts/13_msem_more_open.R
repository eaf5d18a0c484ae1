# Two-level path models with latent centring beyond 03: designs that no mixed model can fit, several
# mediators, covariates, equality across levels, and a restricted model with missing values.
source("common.R"); source("msemlib.R"); source("msemcases.R"); S<-"13_msem_more_open.R"; C<-character()
pick<-function(n,g,...){ v<-c(...); d<-rd(n); setNames(data.frame(d[[g]],d[v]),c("group",names(v))) }
save_case<-function(id,title,data,roles,groups,script_model,res,extra=list()){ attr(res,"D")<-NULL
  f<-res; cat(id,"logLik",f$direct$logLik,"dLL",if(is.list(f$lavaan)) f$agree_digits$logLik_absdiff else f$lavaan,"min path digits",if(is.list(f$lavaan)) min(unlist(f$agree_digits$paths)) else NA,"chisq",f$direct$chisq,"grad",f$direct$maxgrad,"\n")
  wjson(c(list(id=id,design=title,data=data,roles=roles,script=S,group=groups,engines_version=EVm,definition="joint ML of all observed variables (lavaan fixed.x = FALSE); observed information",lavaan_model=script_model,results=list(model=res)),extra),id) }
H<-"data/hsb82.csv"; ids<-list(ind_b="B.ab*B.bb",tot_b="B.ab*B.bb+B.cb")
todo<-commandArgs(TRUE); want<-function(id) !length(todo)||id%in%todo

# -- designs with group-level mediators or outcomes, High School & Beyond ---------------------------
lm122<-'level: 1
 x ~~ vx*x
level: 2
 m ~ ab*x
 y ~ bb*m + cb*x
ind_b := ab*bb
tot_b := ab*bb+cb'
if(want("d13_hsb82_122")) save_case("d13_hsb82_122","1-2-2 minority -> disclim -> catholic (numbers only; catholic is binary)",H,list(x="minority",m="disclim",y="catholic"),"school",lm122,
 run_msem(pick("hsb82","school",x="minority",m="disclim",y="catholic"),"group","x",C,c("m","y"),W0,Bp,lm122,ids,ids))
lm121<-'level: 1
 y ~ cw*x
level: 2
 m ~ ab*x
 y ~ bb*m + cb*x
ind_b := ab*bb
tot_b := ab*bb+cb'
if(want("d13_hsb82_121")) save_case("d13_hsb82_121","1-2-1 ses -> disclim -> mathach",H,list(x="ses",m="disclim",y="mathach"),"school",lm121,
 run_msem(pick("hsb82","school",x="ses",m="disclim",y="mathach"),"group",c("x","y"),C,"m",Wp[3,],Bp,lm121,ids,ids))
lm212<-'level: 1
 m ~~ vm*m
level: 2
 m ~ ab*x
 y ~ bb*m + cb*x
ind_b := ab*bb
tot_b := ab*bb+cb'
if(want("d13_hsb82_212")) save_case("d13_hsb82_212","2-1-2 catholic -> ses -> disclim",H,list(x="catholic",m="ses",y="disclim"),"school",lm212,
 run_msem(pick("hsb82","school",x="catholic",m="ses",y="disclim"),"group","m",C,c("x","y"),W0,Bp,lm212,ids,ids))

# -- several mediators ------------------------------------------------------------------------------
two<-function(p) pt(c("m1","x",paste0("a1",p)),c("m2","x",paste0("a2",p)),c("y","m1",paste0("b1",p)),c("y","m2",paste0("b2",p)),c("y","x",paste0("c",p)))
ser<-function(p) rbind(two(p),pt(c("m2","m1",paste0("d",p))))
lpar<-function(p) paste0(" m1 ~ a1",p,"*x\n m2 ~ a2",p,"*x\n y ~ b1",p,"*m1 + b2",p,"*m2 + c",p,"*x\n m1 ~~ r",p,"*m2\n")
lser<-function(p) paste0(" m1 ~ a1",p,"*x\n m2 ~ a2",p,"*x + d",p,"*m1\n y ~ b1",p,"*m1 + b2",p,"*m2 + c",p,"*x\n")
dpar<-list(ind_w="W.a1w*W.b1w+W.a2w*W.b2w",ind_b="B.a1b*B.b1b+B.a2b*B.b2b"); dser<-list(ind_w="W.a1w*W.dw*W.b2w",ind_b="B.a1b*B.db*B.b2b")
mpar<-paste0("level: 1\n",lpar("w"),"level: 2\n",lpar("b"),"ind_w := a1w*b1w+a2w*b2w\nind_b := a1b*b1b+a2b*b2b")
mser<-paste0("level: 1\n",lser("w"),"level: 2\n",lser("b"),"ind_w := a1w*dw*b2w\nind_b := a1b*db*b2b"); vv<-c("x","m1","m2","y"); pair<-list(c("m1","m2"))
sim<-function() rd("sim2m_s108"); army<-function() pick("bh1996","GRP",x="HRS",m1="LEAD",m2="COHES",y="WBEING")
if(want("d13_sim2m_parallel")) save_case("d13_sim2m_parallel","parallel mediators, residuals of the mediators correlated at both levels","data/sim2m_s108.csv",list(x="x",m1="m1",m2="m2",y="y"),"group",mpar,run_msem(sim(),"group",vv,C,C,two("w"),two("b"),mpar,dpar,dpar,Wcov=pair,Bcov=pair))
if(want("d13_sim2m_serial")) save_case("d13_sim2m_serial","serial mediators","data/sim2m_s108.csv",list(x="x",m1="m1",m2="m2",y="y"),"group",mser,run_msem(sim(),"group",vv,C,C,ser("w"),ser("b"),mser,dser,dser))
if(want("d13_bh1996_serial")) save_case("d13_bh1996_serial","serial mediators HRS -> LEAD -> COHES -> WBEING","data/bh1996.csv",list(x="HRS",m1="LEAD",m2="COHES",y="WBEING"),"GRP",mser,run_msem(army(),"group",vv,C,C,ser("w"),ser("b"),mser,dser,dser))

# -- covariates at both levels ----------------------------------------------------------------------
cov_paths<-function(p,v) rbind(if(p=="w") Wp else Bp,do.call(rbind,lapply(v,function(z) pt(c("m",z,paste0("m_",z,p)),c("y",z,paste0("y_",z,p))))))
lcov<-'level: 1
 m ~ aw*x + m_zw*z
 y ~ bw*m + cw*x + y_zw*z
level: 2
 m ~ ab*x + m_zb*z + m_sb*s
 y ~ bb*m + cb*x + y_zb*z + y_sb*s
ind_w := aw*bw
ind_b := ab*bb'
if(want("d13_hsb82_covariates")) save_case("d13_hsb82_covariates","minority -> ses -> mathach, covariates female (split by latent means) and catholic (group-level)",H,list(x="minority",m="ses",y="mathach",z="female",s="catholic"),"school",lcov,
 run_msem(pick("hsb82","school",x="minority",m="ses",y="mathach",z="female",s="catholic"),"group",c("x","m","y","z"),C,"s",cov_paths("w","z"),cov_paths("b",c("z","s")),lcov,dd111[1:2],dd111[1:2]))

# -- restrictions, tested by likelihood ratio -------------------------------------------------------
lav<-function(text){ for(ct in list(list(rel.tol=1e-12,iter.max=3000),list(rel.tol=1e-10,iter.max=3000),list())){ f<-try(suppressWarnings(sem(text,data=rd("sim111lat_s102"),cluster="group",fixed.x=FALSE,control=ct)),silent=TRUE); if(!inherits(f,"try-error")&&lavInspect(f,"converged")) return(f) }; stop("lavaan found no solution") }
restrict<-function(text){ f<-lav(text); pe<-parameterEstimates(f); fm<-fitMeasures(f); lab<-pe[pe$label!=""&pe$op!=":=",]; lab<-lab[!duplicated(lab$label),]
  list(lavaan_model=text,estimates=as.list(setNames(lab$est,lab$label)),se=as.list(setNames(lab$se,lab$label)),logLik=as.numeric(fm["logl"]),npar=as.numeric(fm["npar"]),chisq=as.numeric(fm["chisq"]),df=as.numeric(fm["df"]),pvalue=as.numeric(fm["pvalue"]),lr_against_full=2*(as.numeric(fitMeasures(full)["logl"])-as.numeric(fm["logl"])),lr_df=as.numeric(fitMeasures(full)["npar"]-fm["npar"])) }
base<-function(b="bw",bb="bb",aw="aw",ab="ab",cb="cb") paste0("level: 1\n m ~ ",aw,"*x\n y ~ ",b,"*m + cw*x\nlevel: 2\n m ~ ",ab,"*x\n y ~ ",bb,"*m + ",cb,"*x")
if(want("d13_restrictions")){ d<-rd("sim111lat_s102"); full<-lav(lm111); R<-list(equal_a=restrict(base(aw="a",ab="a")),equal_a_and_b=restrict(base(aw="a",ab="a",b="b",bb="b")),no_direct_between=restrict(base(cb="0")),fixed_value=restrict(base(bb="0.3")))
 # the same maxima by the hand-written likelihood
 Sd<-msem_setup(d,"group",c("x","m","y")); joint<-function(Wq,Bq,same){ W<-mk_level(c("x","m","y"),Wq); B<-mk_level(c("x","m","y"),Bq); m<-rowsum(Sd$Y,Sd$g)/Sd$n; Q<-Sd; Q$cache<-list(m=m,SS=crossprod(Sd$Y-m[Sd$g,]))
   nm<-c(paste0("W.",W$names),paste0("B.",B$names),paste0("mu_",c("x","m","y"))); free<-setdiff(nm,names(same)); f0<-msem_fit(msem_setup(d,"group",c("x","m","y")),W,B,hess=FALSE)$par[free]
   grow<-function(v){ names(v)<-free; for(k in names(same)) v[k]<-if(is.character(same[[k]])) v[[same[[k]]]] else same[[k]]; v[nm] }
   ob<-function(v){ u<-grow(v); w<-setNames(u[paste0("W.",W$names)],W$names); b<-setNames(u[paste0("B.",B$names)],B$names); mu<-setNames(u[paste0("mu_",c("x","m","y"))],c("x","m","y")); if(any(w[grep("^v_",names(w))]<=0)) return(1e9); r<-msem_ll(Q,mu,W$f(w),B$f(b)); if(is.finite(r)) -r else 1e9 }
   o<-list(par=f0); for(i in 1:4) o<-nlminb(o$par,ob,control=list(iter.max=1000,eval.max=5000,rel.tol=1e-15,x.tol=1e-12)); V<-solve(hessian(ob,o$par)); list(logLik=-o$objective,par=as.list(setNames(o$par,free)),se=as.list(setNames(sqrt(diag(V)),free)),maxgrad=max(abs(grad(ob,o$par)))) }
 R$equal_a$direct<-joint(Wp,Bp,list(B.ab="W.aw")); R$equal_a_and_b$direct<-joint(Wp,Bp,list(B.ab="W.aw",B.bb="W.bw")); R$no_direct_between$direct<-joint(Wp,Bp,list(B.cb=0)); R$fixed_value$direct<-joint(Wp,Bp,list(B.bb=.3))
 for(k in names(R)) cat("restriction",k,R[[k]]$logLik,R[[k]]$direct$logLik,R[[k]]$lr_against_full,R[[k]]$lr_df,"\n")
 wjson(list(id="d13_restrictions",design="1-1-1, paths equal across levels or held at a value",data="data/sim111lat_s102.csv",script=S,group="group",engines_version=EVm,logLik_full=as.numeric(fitMeasures(full)["logl"]),results=R),"d13_restrictions") }

# -- missing values with a restricted model ---------------------------------------------------------
if(want("d13_fiml_no_direct")){ d<-rd("sim111lat_s102_mcar15"); d<-d[rowSums(!is.na(d[,c("x","m","y")]))>0,]
 save_case("d13_fiml_no_direct","1-1-1 without direct paths, 15 % of x, m, y missing","data/sim111lat_s102_mcar15.csv",list(x="x",m="m",y="y"),"group",lm111f,run_msem(d,"group",c("x","m","y"),C,C,Wf,Bf,lm111f,dd111[1:2],dd111[1:2],missing="ml")) }
